"""The screen of one message: what it looks like, what became of it, and what can be done with it."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.api_view import Refusal
from apps.plugin_api import audit
from apps.shell import figures
from apps.shell.forms import Done, FormAction, post_of, with_right
from apps.shell.parts import Block, Facts, Figures, Part, Tile
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table
from apps.shell.visits import Visit
from plugins.push import contents, messages
from plugins.push.failures import PushProblem
from plugins.push.kinds import is_plain, kind_of, trigger_of
from plugins.push.platforms import TITLES
from plugins.push.screens import STATUSES, title_of
from plugins.push.validation import unsupported_parts

#: What errors mean to people; codes of providers are shown as they are.
MEANINGS = {
    "Interrupted": gettext_lazy("The server stopped while it was sending. Nobody knows whether it arrived."),
    "NoAnswer": gettext_lazy("The provider did not answer. Nobody knows whether it arrived."),
    "ConnectionError": gettext_lazy("The provider could not be reached."),
    "NoToken": gettext_lazy("The user has no token any more."),
    "NoCredentials": gettext_lazy("There were no credentials for the platform."),
    "CredentialsRejected": gettext_lazy("The provider did not accept the credentials."),
    "TooLateToSend": gettext_lazy("Its time was over when it could be sent."),
    "consent": gettext_lazy("The user withdrew the consent to push messages."),
    "purge": gettext_lazy("The user was deleted before."),
    "cancelled": gettext_lazy("The message was stopped before."),
    "CapReached": gettext_lazy("The user has got the message as often as it may be sent."),
    "Sleeping": gettext_lazy("The user has got the message a short time ago."),
    "NotInAudience": gettext_lazy("The user did not belong to the audience any more."),
    "UNREGISTERED": gettext_lazy("The application was removed from the device. The token was removed, too."),
    "Unregistered": gettext_lazy("The application was removed from the device. The token was removed, too."),
    "BadDeviceToken": gettext_lazy("The token is not one of this application. It was removed."),
    "PayloadTooLarge": gettext_lazy("The message is larger than the provider allows."),
}
KINDS = {
    "plain": gettext_lazy("One-time"),
    "event": gettext_lazy("After an event"),
    "cohort": gettext_lazy("After a change of cohorts"),
    "api": gettext_lazy("By the API"),
}


def build(visit: Visit) -> list[Part]:
    message = found(visit)
    result = message.get("result") or {}
    api = visit.api(f"/o/push/message/{message['_id']}", period=None)
    number = {name: int(result.get(name) or 0) for name in ("total", "sent", "actioned", "errored")}
    total, sent, actioned, errored = number.values()
    tiles = [
        Tile(id="total", title=_("Targeted"), value=total, note=" "),
        Tile(id="sent", title=_("Sent"), value=sent, note=_share(sent, total)),
        Tile(id="actioned", title=_("Actions"), value=actioned, note=_share(actioned, sent)),
        Tile(id="errored", title=_("Failed"), value=errored, note=_share(errored, total)),
    ]  # fmt: skip
    return [
        Block(id="head", file="push/message_head.html", values=_head(visit, message)),
        Figures(id="numbers", title=_("Delivery"), tiles=tiles, api=api),
        Block(id="preview", file="push/preview.html", values=previews(message), width="half"),
        Facts(id="facts", title=_("Details"), rows=_facts(message), width="half", api=api),
        _platforms(result, api),
        _errors(result, api),
    ]


def found(visit: Visit) -> dict[str, Any]:
    try:
        return messages.find(str(visit.path.get("message_id")), visit.application.id)
    except PushProblem as problem:
        raise Http404("No such message") from problem


def previews(message: Mapping[str, Any]) -> dict[str, Any]:
    """The message as a phone shows it, once for each content."""
    of_message = message.get("contents") or []
    shown = []
    for content in of_message:
        whole = contents.resolve(of_message, str(content.get("p") or ""), str(content.get("la") or ""))
        whose = [TITLES.get(str(content.get("p")), ""), str(content.get("la") or "")]
        shown.append(
            {
                "whose": ", ".join(part for part in whose if part) or _("Everybody"),
                "title": contents.put_in(whole.get("title", ""), _fallbacks(whole, "titlePers"), {}, {}),
                "message": contents.put_in(whole.get("message", ""), _fallbacks(whole, "messagePers"), {}, {}),
                "buttons": whole.get("buttons") or [],
                "media": whole.get("media", ""),
                "url": whole.get("url", ""),
            }
        )
    return {"shown": shown, "application_name": (message.get("info") or {}).get("appName", "")}


def _fallbacks(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {
        place: {**one, "f": one.get("f") or f"{{{one.get('k')}}}"} for place, one in (content.get(name) or {}).items()
    }


def _head(visit: Visit, message: Mapping[str, Any]) -> dict[str, Any]:
    status = str(message.get("status"))
    is_active = status in messages.ACTIVE
    compose = reverse("push_compose", args=[visit.application.id])
    can_edit = status not in ("sent", "failed", "sending", "stopped") or (not is_plain(message) and is_active)
    return {
        "name": title_of(dict(message)),
        "status": STATUSES.get(status, status),
        "error": (message.get("result") or {}).get("error", ""),
        "edit": f"{compose}?message={message['_id']}" if can_edit and visit.may("u", "push") else "",
        "copy": f"{compose}?copy={message['_id']}" if visit.may("c", "push") else "",
        "can_stop": is_active and visit.may("u", "push") and (not is_plain(message) or status != "created"),
        "can_start": status == "stopped" and not is_plain(message) and visit.may("u", "push"),
        "may_delete": visit.may("d", "push"),
        "back": reverse("push", args=[visit.application.id]),
    }


def _facts(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    trigger, info, filter_ = trigger_of(message), message.get("info") or {}, message.get("filter") or {}
    rows: list[dict[str, Any]] = [
        {"name": _("Kind"), "value": str(KINDS.get(kind_of(message), kind_of(message)))},
        {"name": _("Platforms"), "value": ", ".join(TITLES.get(one, one) for one in message.get("platforms") or [])},
        {"name": _("Audience"), "value": filter_.get("user") or _("Everybody with a token")},
        {"name": _("When"), "value": messages.start_ms(message) / 1000, "kind": "moment"},
        {"name": _("Created by"), "value": info.get("createdByName", "")},
    ]
    if unsupported := unsupported_parts(filter_):
        text = _("%(parts)s: not kept on this server, so nothing is sent") % {"parts": ", ".join(unsupported)}
        rows.insert(3, {"name": _("Audience, also by"), "value": text})
    if trigger.get("tz"):
        rows.append({"name": _("Time"), "value": _("On the users' own clocks")})
    if trigger.get("events"):
        rows.append({"name": _("Events"), "value": ", ".join(trigger["events"])})
    if finished := info.get("finished"):
        rows.append({"name": _("Finished"), "value": finished.timestamp(), "kind": "moment"})
    return rows


def _platforms(result: Mapping[str, Any], api: str) -> Table:
    rows = []
    for platform, of_platform in (result.get("subs") or {}).items():
        rows.append(_row(platform, TITLES.get(platform, platform), "", of_platform))
        for language, of_language in sorted((of_platform.get("subs") or {}).items()):
            rows.append(_row(f"{platform}-{language}", TITLES.get(platform, platform), language, of_language))
    return Table(
        id="platforms",
        title=_("By platform and language"),
        columns=[
            Column("platform", _("Platform"), "name"),
            Column("language", _("Language"), "text"),
            Column("total", _("Targeted")),
            Column("sent", _("Sent")),
            Column("actioned", _("Actions")),
            Column("errored", _("Failed")),
        ],
        rows=rows,
        is_searchable=False,
        nothing=_("Nothing was sent yet."),
        api=api,
    )


def _row(key: str, platform: str, language: str, of: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: int(of.get(name) or 0) for name in ("total", "sent", "actioned", "errored")}
    shown = _("not known") if language == "default" else language
    return {"_key": key, "platform": platform, "language": shown, **numbers}


def _errors(result: Mapping[str, Any], api: str) -> Table:
    rows = [
        {"_key": code, "code": code, "users": number, "meaning": str(MEANINGS.get(code, ""))}
        for code, number in (result.get("errors") or {}).items()
    ]
    return Table(
        id="errors",
        title=_("Errors"),
        columns=[
            Column("code", _("Error"), "name"),
            Column("users", _("Pushes")),
            Column("meaning", _("What it means"), "text", is_sortable=False),
        ],
        rows=rows,
        sort="-users",
        is_searchable=False,
        nothing=_("No errors."),
        api=api,
    )


def _share(part: int, whole: int) -> str:
    return figures.percent(100 * part / whole) if whole else ""


# Forms ---------------------------------------------------------------------------------------------------------------
def _stop(visit: Visit) -> Done:
    message = found(visit)
    if is_plain(message):
        if message["status"] not in messages.ACTIVE:
            raise Refusal(400, _("The message is not being sent."))
        messages.stop(message)
        _note(visit, "push_message_deactivated", message)
    else:
        _toggle(visit, message, active=False)
    return Done(_("The message was stopped."))


def _start(visit: Visit) -> Done:
    _toggle(visit, found(visit), active=True)
    return Done(_("The message is sent from now on."))


def _toggle(visit: Visit, message: dict[str, Any], *, active: bool) -> None:
    try:
        messages.toggle(str(message["_id"]), visit.application.id, active=active)
    except PushProblem as problem:
        raise Refusal(problem.status, str(problem)) from problem
    _note(visit, "push_message_activated" if active else "push_message_deactivated", message)


def _delete(visit: Visit) -> Done:
    message = found(visit)
    messages.remove(str(message["_id"]), visit.application.id, visit.member)
    _note(visit, "push_message_deleted", message)
    return Done(_("The message was deleted."), reverse("push", args=[visit.application.id]))


def _note(visit: Visit, action: str, message: Mapping[str, Any]) -> None:
    audit.record(action, messages.shown(message), member=visit.member, application_id=visit.application.id)


MESSAGE = Screen(
    name="push_message",
    route="applications/<str:application_id>/push/messages/<str:message_id>",
    title=gettext_lazy("Message"),
    entry="push",
    feature="push",
    has_period=False,
    shows_without_data=True,
    build=build,
    post=post_of(
        {
            "stop": FormAction(with_right("u", "push"), _stop),
            "start": FormAction(with_right("u", "push"), _start),
            "delete": FormAction(with_right("d", "push"), _delete),
        }
    ),
)
