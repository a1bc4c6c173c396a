"""The screen on which an application is managed: what it is, its key, its own settings, and how its data goes."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import access, application_pictures, people, pictures
from apps.applications import data, lifecycle, lookup, places, removal, shown_applications, validation
from apps.applications.models import Application
from apps.applications.own_settings import MAY_SET, SETTINGS_HANDLERS, InvalidSettings, KeptElsewhere
from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.plugin_api import audit, configuration, states
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.parts import Block, Facts, Part
from apps.shell.screens import Screen
from apps.shell.visits import Visit

FIELDS = ("name", "country", "timezone", "category", "type", "salt", "redirect_url", "app_domain", "description")
PERIODS = {
    "1month": gettext_lazy("Older than one month"),
    "3month": gettext_lazy("Older than 3 months"),
    "6month": gettext_lazy("Older than 6 months"),
    "1year": gettext_lazy("Older than one year"),
    "2year": gettext_lazy("Older than 2 years"),
    removal.ALL: gettext_lazy("All data; settings stay"),
    removal.RESET: gettext_lazy("Everything, as if it were new"),
}
ACTIONS_OF_RESET = {removal.ALL: "clear_all", removal.RESET: "app_reset"}
INHERIT = ""  # a field left so takes the global value


def is_admin(visit: Visit) -> bool:
    return access.is_app_admin(visit.member, visit.application.id)


def is_global_admin(visit: Visit) -> bool:
    return bool(visit.member.global_admin)


def administers_something(member: Any) -> bool:
    return bool(member.global_admin or people.applications_of(member)[0])


def build(visit: Visit) -> list[Part]:
    if not is_admin(visit):
        raise PermissionDenied
    application = _application(visit)
    return [
        Block(id="about", title=_("Application"), file="dashboard/application_form.html", values=_form_of(application)),
        Block(
            id="key",
            title=_("App key"),
            file="dashboard/application_key.html",
            width="half",
            values={"key": application.key, "paused": bool(application.paused), "locked": bool(application.locked)},
        ),
        Facts(
            id="details",
            title=_("Details"),
            rows=_details(application),
            width="half",
            api=visit.api("/o/apps/details", period=None),
        ),
        Block(
            id="picture",
            title=_("Picture"),
            file="dashboard/application_picture.html",
            values={"address": _address_of_picture(application)},
        ),
        Block(
            id="settings",
            title=_("Settings of this application"),
            file="dashboard/application_settings.html",
            values={"namespaces": own_settings(visit)},
        ),
        Block(
            id="removal",
            title=_("Remove data"),
            file="dashboard/application_removal.html",
            values={
                "application": application,
                "is_locked": bool(application.locked),
                "may_remove": is_global_admin(visit),
                "periods": [{"key": key, "title": title} for key, title in PERIODS.items()],
            },
        ),
    ]


def own_settings(visit: Visit) -> list[dict[str, Any]]:
    """Those that people may see, with the value of the whole server and this application's own."""
    fresh = lookup.fresh_by_ids([visit.application.id]).get(visit.application.id, visit.application)
    found = []
    for name, namespace in sorted(configuration.namespaces().items()):
        if (
            namespace.is_hidden
            or namespace.is_server_wide
            or not states.is_on(namespace.plugin)
            or name == states.NAMESPACE
        ):
            continue
        own = fresh.overrides.get(name)
        fields = [
            _field(name, setting, value, own if isinstance(own, dict) else {}, namespace.described.get(setting))
            for setting, value in configuration.read(name).items()
            if isinstance(value, bool | int | float | str)
            and setting in configuration.defaults(name)
            and _is_of_applications(namespace.described.get(setting))
        ]
        if fields:
            found.append({"name": name, "title": namespace.title or name, "fields": fields, "is_open": bool(own)})
    return found


def _is_of_applications(described: configuration.Described | None) -> bool:
    return described is None or not (described.is_server_wide or described.is_kept_only)


def _field(
    namespace: str, setting: str, value: Any, own: dict[str, Any], described: configuration.Described | None
) -> dict[str, Any]:
    is_secret = described is not None and described.is_secret
    kind = "flag" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "text"
    return {
        "id": f"{namespace}.{setting}",
        "title": (described and described.title) or setting,
        "help": described.help if described else "",
        "kind": "choice" if described and described.choices else kind,
        "choices": dict(described.choices or {}) if described else {},
        "global": "" if is_secret else value,
        "own": "" if is_secret or setting not in own else own[setting],
        "has_own": setting in own,
        "is_secret": is_secret,
    }


def _address_of_picture(application: Application) -> str:
    """ "" when there is none."""
    if not application.has_image:
        return ""
    return f"/{pictures.Bucket.APPLICATIONS.value}/{pictures.filename(str(application.pk))}?v={application.edited_at}"


def _form_of(application: Application) -> dict[str, Any]:
    return {
        "application": application,
        "countries": places.country_choices(),
        "timezones": sorted(places.timezones()),
        "categories": [{"key": key, "title": title} for key, title in places.CATEGORIES.items()],
        "types": [{"key": key, "title": title} for key, title in places.types().items()],
    }


def _details(application: Application) -> list[dict[str, Any]]:
    application_id = str(application.pk)
    members = people.of_application(application_id)
    admins = ", ".join(str(member["full_name"]) for member in members["admin"])
    users = ", ".join(str(member["full_name"]) for member in members["user"])
    rows: list[dict[str, Any]] = [
        {"name": _("Application id"), "value": application_id, "copy": True},
        {"name": _("Owner"), "value": people.name_of(application.owner) or "–"},
        {"name": _("Created"), "value": application.created_at, "kind": "moment"},
        {"name": _("Last changed"), "value": application.edited_at, "kind": "moment"},
        {"name": _("Administrators"), "value": admins or "–"},
        {"name": _("Users"), "value": users or "–"},
    ]
    if newest := data.newest_activity(application_id):
        rows.append({"name": _("Last activity of a user"), "value": newest, "kind": "moment"})
    return rows


# What forms do -----------------------------------------------------------------------------------------------------


def save(visit: Visit) -> Done:
    sent = visit.request.POST
    application = _application(visit)
    wanted = {name: sent[name].strip() for name in FIELDS if name in sent}
    fields = validation.of_change({"args": {**wanted, "app_id": visit.application.id}})
    fields.pop("app_id")
    _store(visit, application, fields)
    return Done(_("The application was saved."))


def switch(visit: Visit) -> Done:
    """Pauses, goes on, locks or unlocks."""
    name, _sep, value = visit.request.POST.get("switch", "").partition("=")
    if name not in ("paused", "locked") or value not in ("on", "off"):
        raise Http404("No such switch")
    _store(visit, _application(visit), {name: value == "on"})
    return Done(_("The application was saved."))


def change_picture(visit: Visit) -> Done:
    application_id = visit.application.id
    if visit.request.POST.get("remove"):
        application_pictures.take_away(application_id)
        _note(visit, "app_updated", {"update": {"has_image": False}})
        return Done(_("The picture is gone."))
    upload = visit.request.FILES.get("app_image")
    refusal = Refusal(400, _("Choose a PNG, GIF or JPEG of at most 5 MB."))
    if upload is None or (upload.size or 0) > pictures.MAX_BYTES:
        raise refusal
    try:
        application_pictures.put(application_id, upload.read())
    except pictures.NotAPicture as error:
        raise refusal from error
    _note(visit, "app_updated", {"update": {"has_image": True}})
    return Done(_("The application was saved."))


def rotate_key(visit: Visit) -> Done:
    _store(visit, _application(visit), {"key": lifecycle.new_key()})
    return Done(_("There is a new app key. Requests with the old one are refused."))


def save_settings(visit: Visit) -> Done:
    """Of one namespace. What is left empty takes the global value."""
    namespace = visit.request.POST.get("namespace", "")
    shown = next((one for one in own_settings(visit) if one["name"] == namespace), None)
    if shown is None:
        raise Http404("No such settings")
    fresh = lookup.fresh_by_ids([visit.application.id])[visit.application.id]
    stored = fresh.overrides.get(namespace)
    before = stored if isinstance(stored, dict) else {}
    fields = {field["id"].partition(".")[2]: field for field in shown["fields"]}
    own = {name: value for name, value in before.items() if name not in fields}
    for name, field in fields.items():
        text = visit.request.POST.get(field["id"], INHERIT).strip()
        if text != INHERIT:
            own[name] = _value(text, field)
        elif field["is_secret"] and name in before:
            own[name] = before[name]
    handle, may_set = SETTINGS_HANDLERS.get(namespace), MAY_SET.get(namespace)
    if may_set is not None and not may_set(visit.member, own):
        raise Refusal(403, _("You may not set this for all of these applications."))
    try:
        handled = handle(visit.application.id, own) if handle else own
    except InvalidSettings as error:
        raise Refusal(400, str(error)) from error
    if not isinstance(handled, KeptElsewhere):
        own = handled
        lifecycle.change_settings(_application(visit), {namespace: own})
    _note(visit, "app_config_updated", {"before": {namespace: before}, "update": {namespace: own}})
    return Done(_("The settings were saved."))


def _value(text: str, field: dict[str, Any]) -> Any:
    if field["kind"] == "flag":
        return text == "true"
    if field["kind"] == "number":
        try:
            number = float(text)
        except ValueError as error:
            raise Refusal(400, _("%(title)s takes a number.") % {"title": field["title"]}) from error
        if not abs(number) < 2**53:
            raise Refusal(400, _("%(title)s takes a number.") % {"title": field["title"]})
        return int(number) if number.is_integer() else number
    if field["kind"] == "choice" and text not in field["choices"]:
        raise Refusal(400, _("%(title)s has no such choice.") % {"title": field["title"]})
    return text[:2_000]


def remove_data(visit: Visit) -> Done:
    application, period = _confirmed(visit), visit.request.POST.get("period", "")
    if period not in PERIODS:
        raise Refusal(400, _("Choose what is to be removed."))
    try:
        removal.reset_application(application, period)
    except removal.Locked as error:
        raise Refusal(403, _("The application is locked.")) from error
    _note(visit, ACTIONS_OF_RESET.get(period, "app_clear_old_data"), {"period": period, "name": application.name})
    return Done(_("The data was removed."))


def delete(visit: Visit) -> Done:
    application = _confirmed(visit)
    deleted = shown_applications.whole(application.pk)
    try:
        removal.delete_application(application)
    except removal.Locked as error:
        raise Refusal(403, _("The application is locked.")) from error
    _note(visit, "app_deleted", deleted)
    return Done(_("The application is gone."), reverse("dashboard"))


def _confirmed(visit: Visit) -> Application:
    """Who removes data writes the application's name."""
    application = _application(visit)
    if visit.request.POST.get("confirmed", "").strip() != application.name.strip():
        raise Refusal(400, _("Write the name of the application to confirm."))
    return application


def _store(visit: Visit, application: Application, fields: dict[str, Any]) -> None:
    before = shown_applications.whole(application.pk)
    try:
        lifecycle.change_application(application, fields)
    except lifecycle.InvalidApplication as error:
        raise Refusal(400, str(error)) from error
    _note(visit, "app_updated", {"before": before, "update": fields})


def _note(visit: Visit, action: str, about: dict[str, Any]) -> None:
    application_id = visit.application.id
    address = accountable_address(visit.request)
    about = {"_id": application_id, **about}
    audit.record(action, about, member=visit.member, application_id=application_id, address=address)


def _application(visit: Visit) -> Application:
    found = Application.objects.filter(pk=visit.application.id).first()
    if found is None:
        raise Http404("No such application")
    return found


APPLICATION = Screen(
    name="application",
    route="applications/<str:application_id>/manage",
    title=gettext_lazy("Manage the application"),
    build=build,
    post=post_of(
        {
            "save": FormAction(is_admin, save),
            "switch": FormAction(is_admin, switch),
            "picture": FormAction(is_admin, change_picture),
            "rotate_key": FormAction(is_admin, rotate_key),
            "save_settings": FormAction(is_admin, save_settings),
            "remove_data": FormAction(is_global_admin, remove_data),
            "delete": FormAction(is_global_admin, delete),
        }
    ),
    has_period=False,
    shows_without_data=True,
)
