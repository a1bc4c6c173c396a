"""The form in which a message is written: to whom, when, what; and how it will look."""

from typing import Any

from django.contrib import messages as toasts
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics import queries
from apps.core.client_queries import InvalidQuery
from apps.plugin_api import audit
from apps.shell.parts import Block, Part, Problem
from apps.shell.screens import Screen
from apps.shell.visits import Visit
from apps.shell.zones import zone_of
from plugins.push import audience, composing, credentials, messages, testing, validation
from plugins.push.failures import PushProblem
from plugins.push.message_screen import previews
from plugins.push.platforms import ADDRESSED, TITLES
from plugins.push.tasks import task_send

WHENS = {
    "now": gettext_lazy("Now"),
    "later": gettext_lazy("At a time"),
    "event": gettext_lazy("After an event, each time"),
    "api": gettext_lazy("When an API client says so"),
}
PROPERTY_TITLES = {
    "cc": gettext_lazy("Country"),
    "la": gettext_lazy("Language"),
    "p": gettext_lazy("Operating system"),
    "pv": gettext_lazy("Version of the system"),
    "av": gettext_lazy("Version of the app"),
    "d": gettext_lazy("Device"),
    "cty": gettext_lazy("City"),
}
UNREADABLE = {
    "query": gettext_lazy("The query is not valid JSON."),
    "start": gettext_lazy("Say when the message is to be sent."),
    "variant": gettext_lazy("Say for which platform or language the other texts are."),
}


def build(visit: Visit) -> list[Part]:
    parts: list[Part] = []
    configured = credentials.configured(visit.application.id)
    if not configured:
        text = _("Messages can be written, and sent once there are credentials of a provider.")
        parts.append(Problem(id="no-credentials", title=_("No credentials yet"), text=text))
    if visit.request.method == "POST":
        values = composing.values_of_form(visit.request.POST)
        parts += _review(visit)
    else:
        values = _initial(visit)
    return [*parts, Block(id="compose", file="push/compose.html", values=_form(visit, values))]


def _initial(visit: Visit) -> dict[str, Any]:
    message = _stored(visit, visit.address.get("message") or visit.address.get("copy"))
    if message is None:
        configured = credentials.configured(visit.application.id)
        reached = [name for name in ADDRESSED if name in configured or (name == "a" and "h" in configured)]
        return {"when": "now", "platforms": reached or list(ADDRESSED), "events": []}
    return composing.values_of(message, zone_of(visit.application.timezone), messages.start_ms(message))


def _stored(visit: Visit, message_id: str) -> dict[str, Any] | None:
    if not message_id:
        return None
    try:
        return messages.find(message_id, visit.application.id)
    except PushProblem as problem:
        raise Http404("No such message") from problem


def _form(visit: Visit, values: dict[str, Any]) -> dict[str, Any]:
    edited = _stored(visit, visit.address.get("message"))
    shown = edited or _stored(visit, visit.address.get("copy"))
    return {
        "values": values,
        "is_edit": edited is not None,
        "is_draft": edited is None or edited["status"] == "draft",
        "loses": shown is not None and composing.carries_more(shown),
        "loses_audience": ", ".join(validation.unsupported_parts((shown or {}).get("filter") or {})),
        "platforms": [
            {"key": name, "title": TITLES[name], "is_chosen": name in values["platforms"]} for name in ADDRESSED
        ],
        "whens": [
            {"key": key, "title": title, "is_chosen": key == values.get("when", "now")} for key, title in WHENS.items()
        ],
        "conditions": [
            {
                "number": number,
                "properties": [
                    {"key": key, "title": title, "is_chosen": key == values.get(f"property_{number}")}
                    for key, title in PROPERTY_TITLES.items()
                ],
                "is_not": values.get(f"is_{number}") == "not",
                "values": values.get(f"values_{number}", ""),
            }
            for number in range(composing.CONDITIONS)
        ],
        "events": [
            {"key": key, "is_chosen": key in values["events"]}
            for key in sorted({*queries.event_keys(visit.application.id), *values["events"]})
        ],
        "buttons": [
            {"number": n, "title": values.get(f"button_{n}", ""), "url": values.get(f"button_url_{n}", "")}
            for n in range(2)
        ],
        "variants": [
            {
                "number": n,
                **{name: values.get(f"{name}_{n}", "") for name in ("language", "title", "message", *composing.LINKS)},
                "platforms": [
                    {"key": key, "title": title, "is_chosen": key == values.get(f"platform_{n}")}
                    for key, title in TITLES.items()
                ],
                "is_used": any(values.get(f"{name}_{n}") for name in ("platform", "language")),
            }
            for n in range(composing.VARIANTS)
        ],
        "zone": visit.application.timezone,
        "back": reverse("push", args=[visit.application.id]),
    }


def _review(visit: Visit) -> list[Part]:
    """How the message will look and how many users it reaches; or what is wrong with it."""
    try:
        message = _read(visit, is_draft=True)
        found = audience.estimate(visit.application.id, message["platforms"], message["filter"])
    except (PushProblem, InvalidQuery) as problem:
        return [Problem(id="problem", title=_("Not yet"), text=str(problem))]
    message["info"]["appName"] = visit.application.name
    languages = [
        {"language": _("not known") if name == "default" else name, "users": number}
        for name, number in sorted(found["locales"].items(), key=lambda item: -item[1])
        if number
    ]
    values = {"count": found["count"], "languages": languages[:10]}
    return [
        Block(id="estimate", file="push/estimate.html", values=values, width="half"),
        Block(id="preview", file="push/preview.html", values=previews(message), width="half"),
    ]


def _read(visit: Visit, *, is_draft: bool) -> dict[str, Any]:
    """Raises PushProblem."""
    zone = zone_of(visit.application.timezone)
    try:
        sent = composing.read(visit.request.POST, visit.application.id, zone, visit.now_ms)
    except composing.Unreadable as error:
        name = str(error)
        raise PushProblem(
            {"errors": [str(UNREADABLE.get(name, _("%(field)s cannot be read.") % {"field": name}))]}
        ) from error
    return validation.read_message(sent, is_draft=is_draft)


def post(visit: Visit) -> HttpResponse | None:
    """None shows the form again, with what was entered."""
    action = visit.request.POST.get("action", "")
    edited = _stored(visit, visit.address.get("message"))
    letter = "u" if edited is not None and action != "test" else "c"
    if not visit.may(letter, "push"):
        raise PermissionDenied
    if action == "review":
        return None
    try:
        if action == "test":
            result = testing.send_to_testers(_read(visit, is_draft=False), visit.application)
            toasts.success(visit.request, _("%(number)d of %(total)d pushes were sent to testers.")
                           % {"number": result["sent"], "total": result["total"]})  # fmt: skip
            return None
        if action not in ("create", "draft"):
            raise Http404("No such action")
        message = _save(visit, edited, is_draft=action == "draft")
    except PushProblem as problem:
        toasts.error(visit.request, str(problem))
        return None
    toasts.success(visit.request, _("The message was saved."))
    return HttpResponseRedirect(reverse("push_message", args=[visit.application.id, str(message["_id"])]))


def _save(visit: Visit, edited: dict[str, Any] | None, *, is_draft: bool) -> dict[str, Any]:
    fields = _read(visit, is_draft=is_draft)
    if edited is None:
        message = messages.create(fields, visit.member, is_draft=is_draft, needs_credentials=False)
        action, data = "push_message_draft" if is_draft else "push_message_created", messages.shown(message)
    else:
        before, message = messages.update(
            str(edited["_id"]), fields, visit.member, is_draft=is_draft, needs_credentials=False
        )
        action = "push_message_updated_draft" if is_draft else "push_message_updated"
        changed = {"before": messages.shown(before), "update": messages.shown(message)}
        data = {"_id": str(message["_id"]), **changed}
    audit.record(action, data, member=visit.member, application_id=visit.application.id)
    if not is_draft:
        task_send.delay()
    return message


COMPOSE = Screen(
    name="push_compose",
    route="applications/<str:application_id>/push/compose",
    title=gettext_lazy("Write a message"),
    entry="push",
    feature="push",
    has_period=False,
    shows_without_data=True,
    build=build,
    post=post,
)
