"""The list of an application's users, and the page of one: who it is, what happened, export and deletion."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django.http import Http404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import access
from apps.aggregation import carriers
from apps.aggregation.documents import NUMBER_FIELDS
from apps.aggregation.user_data import USER_DATA
from apps.analytics import device_names, names
from apps.core import locales
from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.plugin_api import audit
from apps.plugin_api.profile_tabs import PROFILE_TABS
from apps.profiles import export_tasks, exports, import_tasks, imports, listing, profiles
from apps.shell.forms import Done, FormAction, post_of
from apps.shell.parts import Block, Facts, Part, Switch
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table, TableQuery
from apps.shell.visits import Visit

TITLES = {
    "uid": gettext_lazy("User id"),
    "did": gettext_lazy("Device id"),
    "name": gettext_lazy("Name"),
    "username": gettext_lazy("User name"),
    "email": gettext_lazy("E-mail"),
    "organization": gettext_lazy("Organization"),
    "phone": gettext_lazy("Phone"),
    "gender": gettext_lazy("Gender"),
    "byear": gettext_lazy("Year of birth"),
    "cc": gettext_lazy("Country"),
    "cty": gettext_lazy("City"),
    "p": gettext_lazy("Operating system"),
    "pv": gettext_lazy("Version of the system"),
    "d": gettext_lazy("Device"),
    "av": gettext_lazy("App version"),
    "c": gettext_lazy("Carrier"),
    "r": gettext_lazy("Resolution"),
    "sc": gettext_lazy("Sessions"),
    "tsd": gettext_lazy("Time spent"),
    "fs": gettext_lazy("First session"),
    "ls": gettext_lazy("Last session"),
    "lac": gettext_lazy("Last activity"),
}
MOMENTS = ("fs", "ls", "lac")
#: What is stored in short.
READABLE: Mapping[str, Callable[[str], str]] = {
    "cc": locales.country_or_code,
    "p": names.operating_system,
    "pv": names.system_version,
    "av": names.version,
    "d": device_names.device,
    "c": carriers.as_written,
}
KINDS = {
    "first_activity": gettext_lazy("First activity"),
    "first_session": gettext_lazy("First session"),
    "last_session": gettext_lazy("Last session"),
    "last_activity": gettext_lazy("Last activity"),
    "metric_changes": gettext_lazy("Changed"),
    "merge": gettext_lazy("Became one with another user"),
}


def build_list(visit: Visit) -> list[Part]:
    def fetch(query: TableQuery) -> tuple[list[dict[str, Any]], int]:
        wanted = listing.Search(
            text=query.search,
            sort=query.sort,
            is_descending=query.descending,
            start=query.offset,
            length=query.size,
        )
        rows, matching, _total = listing.search(visit.application.id, wanted)
        return [_row(visit, user) for user in rows], matching

    columns = [
        Column("who", _("User"), "name", is_sortable=False),
        Column("sc", str(TITLES["sc"])),
        Column("tsd", str(TITLES["tsd"]), "duration"),
        Column("lac", str(TITLES["lac"]), "moment"),
        Column("fs", str(TITLES["fs"]), "moment"),
        Column("cc", str(TITLES["cc"]), "text"),
        Column("p", str(TITLES["p"]), "text"),
        Column("av", str(TITLES["av"]), "text"),
    ]
    return [
        Table(
            id="table",
            title=_("User profiles"),
            columns=columns,
            fetch=fetch,
            sort="-lac",
            search_title=_("Name, e-mail, device id or user id"),
            nothing=_("Nobody is called so."),
            api=visit.api("/o", method="user_details", period=None),
        )
    ]


def build_one(visit: Visit) -> list[Part]:
    user = _user(visit)
    offered = sorted(PROFILE_TABS.items(), key=lambda item: item[1].position)
    tabs = {name: tab for name, tab in offered if visit.may("r", tab.feature)}
    if not tabs:
        return _properties(visit, user)
    titles = {"": _("Properties"), **{name: tab.title for name, tab in tabs.items()}}
    switch = Switch(id="tabs", title=_("User profile"), parameter="tab", options=titles)
    chosen = tabs.get(switch.chosen(visit))
    return [switch, *(chosen.parts(visit, user) if chosen else _properties(visit, user))]


def _properties(visit: Visit, user: dict[str, Any]) -> list[Part]:
    known = [
        {"name": title, "value": _readable(name, user[name]), "kind": _kind(name), "copy": name in ("uid", "did")}
        for name, title in TITLES.items()
        if user.get(name) not in (None, "")
    ]
    own = user.get("custom")
    custom: dict[str, Any] = own if isinstance(own, dict) else {}
    moments = [
        {"_key": str(index), "kind": words[0], "at": moment.at, "details": words[1]}
        for index, moment in enumerate(listing.timeline(visit.application.id, user, partial(visit.may, "r")))
        if (words := _told(moment))
    ]
    details = visit.api("/o", method="user_details", uid=user.get("uid"), period=None)
    export_id = exports.export_id_of(visit.application.id, [str(user.get("uid"))])
    return [
        Facts(id="facts", title=_("Properties"), rows=known, width="half", api=details),
        Facts(
            id="custom",
            title=_("Custom properties"),
            rows=[{"name": name, "value": _text(value)} for name, value in sorted(custom.items())],
            nothing=_("None so far."),
            width="half",
            api=details,
        ),
        Table(
            id="timeline",
            title=_("Timeline"),
            columns=[
                Column("at", _("When"), "moment"),
                Column("kind", _("What"), "text"),
                Column("details", _("Details"), "name", is_sortable=False),
            ],
            rows=moments,
            sort="-at",
            api=visit.api("/o", method="user_details", uid=user.get("uid"), calculate="history", period=None),
        ),
        Block(
            id="actions",
            title=_("Export and deletion"),
            file="profiles/actions.html",
            values={
                "may_change": is_admin(visit),
                "has_export": exports.is_there(export_id),
                "download": reverse("user_export", args=[visit.application.id, str(user.get("uid"))]),
            },
        ),
    ]


def is_admin(visit: Visit) -> bool:
    """As through the API."""
    return access.is_app_admin(visit.member, visit.application.id)


def list_actions(visit: Visit) -> dict[str, Any]:
    return {"may_change": is_admin(visit), "search": visit.address.get("q")}


def export_list(visit: Visit) -> Done:
    """Of whom the list shows. Always a task: nobody knows how many they are."""
    search = visit.address.get("q").strip()
    title = _("Users of %(application)s") % {"application": visit.application.name}
    task_id, _is_running = export_tasks.start(
        visit.application.id,
        creator=visit.member,
        search=search,
        title=f"{title}: {search}" if search else title,
        address=accountable_address(visit.request),
    )
    return Done(_("The export is being made."), reverse("task", args=[visit.application.id, task_id]))


def import_file(visit: Visit) -> Done:
    upload = visit.request.FILES.get("file")
    if upload is None or not upload.size:
        raise Refusal(400, _("Choose the file of an export."))
    if upload.size > imports.MOST_BYTES:
        raise Refusal(413, _("The file is too large: %(most)s at most.") % {"most": filesizeformat(imports.MOST_BYTES)})
    task_id = import_tasks.start(
        visit.application.id,
        upload.chunks(),
        creator=visit.member,
        title=_("Users from %(file)s") % {"file": upload.name},
        address=accountable_address(visit.request),
    )
    return Done(_("The import has begun."), reverse("task", args=[visit.application.id, task_id]))


def export(visit: Visit) -> Done:
    try:
        export_id, uids = exports.make(visit.application.id, {"uid": _uid(visit)}, most=1)
    except exports.NoUser as error:
        raise Http404("No such user") from error
    except exports.UsersDeleted as error:
        raise Refusal(409, _("The user is being deleted.")) from error
    _record(visit, "export_app_user", {"result": "ok", "id": export_id, "uids": uids})
    return Done(_("The export is ready."))


def delete(visit: Visit) -> Done:
    try:
        profiles.delete(visit.application.id, {"uid": _uid(visit)}, several=False)
    except (profiles.NoUser, profiles.SeveralUsers) as error:
        raise Refusal(404, _("There is no such user any more.")) from error
    _record(visit, "app_user_deleted", {"uids": [_uid(visit)]})
    return Done(_("The user was deleted."), reverse("user_profiles", args=[visit.application.id]))


def _record(visit: Visit, action: str, data: dict[str, Any]) -> None:
    address = accountable_address(visit.request)
    audit.record(action, data, member=visit.member, application_id=visit.application.id, address=address)


def _uid(visit: Visit) -> str:
    return str(visit.path.get("uid", ""))


def _user(visit: Visit) -> dict[str, Any]:
    user = listing.by_uid(visit.application.id, _uid(visit))
    if user is None:
        raise Http404("No such user")
    return user


def _row(visit: Visit, user: dict[str, Any]) -> dict[str, Any]:
    uid = str(user.get("uid"))
    shown = {name: _readable(name, user.get(name)) for name in ("sc", "tsd", "lac", "fs", "cc", "p", "av")}
    return {
        **shown,
        "_key": uid,
        "_href": reverse("user_profile", args=[visit.application.id, uid]),
        "_code": uid,
        "who": user.get("name") or user.get("username") or user.get("email") or user.get("did") or uid,
    }


def _readable(name: str, value: Any) -> Any:
    if name in READABLE and isinstance(value, str) and value:
        return READABLE[name](value)
    if name in NUMBER_FIELDS:
        return value if isinstance(value, int | float) and not isinstance(value, bool) else 0
    return _text(value)


def _kind(name: str) -> str:
    if name in MOMENTS:
        return "moment"
    return {"sc": "count", "tsd": "duration"}.get(name, "")


def _told(moment: listing.Moment) -> tuple[str, str] | None:
    """What happened, and more about it. None for what is stored but not told, such as logged requests."""
    if not moment.source:
        return str(KINDS.get(moment.kind, moment.kind)), _details(moment.details)
    data = USER_DATA.get(moment.source)
    if data is None or data.told is None:
        return None
    title, words = data.told(moment.details)
    return str(title), words


def _details(details: dict[str, Any]) -> str:
    said = []
    for name, value in details.items():
        if isinstance(value, dict) and "n" in value:
            before, after = _readable(name, value.get("o")), _readable(name, value["n"])
            said.append(f"{TITLES.get(name, name)}: {before} → {after}")
        elif value not in (None, "") and not isinstance(value, dict):
            said.append(f"{name}: {_text(value)}")
    return "; ".join(said)[:500]


def _text(value: Any) -> str:
    if value is None:
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


LIST = Screen(
    name="user_profiles",
    route="applications/<str:application_id>/users/profiles",
    title=gettext_lazy("User profiles"),
    build=build_list,
    actions="profiles/list_actions.html",
    action_values=list_actions,
    post=post_of({"export": FormAction(is_admin, export_list), "import": FormAction(is_admin, import_file)}),
    has_period=False,
)
ONE = Screen(
    name="user_profile",
    route="applications/<str:application_id>/users/profiles/<str:uid>",
    entry="user_profiles",
    title=gettext_lazy("User profile"),
    build=build_one,
    post=post_of({"export": FormAction(is_admin, export), "delete": FormAction(is_admin, delete)}),
    has_period=False,
    shows_without_data=True,
)
