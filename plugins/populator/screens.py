"""Filling an application: what to make up, what is under way, and the users that are kept."""

import secrets
from typing import Any

from django.http import Http404
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.access import is_app_admin
from apps.core.api_view import Refusal
from apps.core.client_address import accountable_address
from apps.core.texts import Text
from apps.plugin_api import states
from apps.shell.forms import Done, FormAction, post_of, with_right
from apps.shell.parts import Block, Part
from apps.shell.screens import Screen
from apps.shell.tables import Column, Row, Table, TableQuery
from apps.shell.visits import Visit
from apps.tasks import long_tasks, records
from plugins.populator import environments, populating, template_screens, templates
from plugins.populator.documents import APP_VERSION, CUSTOM, DEVICE, NAME, PLATFORM, TEMPLATE, USER_NAME, Document
from plugins.populator.environments import Search
from plugins.populator.generation.sessions import CRASHES, PUSH, RATINGS
from plugins.populator.populating import KIND, MAX_SEED, MOST_DAYS, MOST_SESSIONS, NotPopulated, Order
from plugins.populator.samples import DASHBOARDS, NOTES
from plugins.populator.stock import FIRST
from plugins.populator.template import LONGEST_TEXT, MOST_USERS, VIEWS

BASE = "applications/<str:application_id>/populate"
FEATURE = "populator"
#: By the plugin that they belong to: without that nothing of it is made up.
FEATURES: dict[str, Text] = {
    VIEWS: gettext_lazy("Views"),
    CRASHES: gettext_lazy("Crashes"),
    PUSH: gettext_lazy("Push tokens"),
    RATINGS: gettext_lazy("Ratings"),
    DASHBOARDS: gettext_lazy("A dashboard"),
    NOTES: gettext_lazy("Notes"),
}
OBJECTS = (DASHBOARDS, NOTES)  # which one would not want anew with every run

PERIODS = (7, 14, 30, 60, 90, 180, 365)
MOST_CUSTOM_COLUMNS = 4


def build(visit: Visit) -> list[Part]:
    parts: list[Part] = []
    may_create = visit.may("c", FEATURE)
    under_way = _under_way(visit)
    if under_way:
        values = {"tasks": under_way, "may_stop": may_create}
        parts.append(Block(id="under-way", file="populator/under_way.html", values=values))
    if visit.application.locked:
        link = reverse("application", args=[visit.application.id]) if _administers(visit) else ""
        parts.append(Block(id="locked", file="populator/locked.html", values={"link": link}))
    elif may_create:
        seed = secrets.randbelow(MAX_SEED)  # a form that is sent twice asks for the same, which is begun once
        parts.append(Block(id="by-template", file="populator/by_template.html", values=_by_template(visit, seed)))
        if found := environments.of_application(visit.application.id):
            values = {"environments": [{"id": one["_id"], "name": one.get(NAME)} for one in found], "seed": seed}
            parts.append(
                Block(id="by-environment", file="populator/by_environment.html", values={**_limits(), **values})
            )
    is_beside_the_form = bool(parts) and parts[-1].id == "by-template"
    parts.append(_environments_table(visit, "half" if is_beside_the_form else "full"))
    return parts


def _by_template(visit: Visit, seed: int) -> dict[str, Any]:
    wanted = visit.address.get("template") or FIRST
    return {
        **_limits(),
        "seed": seed,
        "templates": [
            {"id": str(one["_id"]), "name": one.get(NAME), "users": one.get("uniqueUserCount"),
             "is_chosen": str(one["_id"]) == wanted}
            for one in templates.everything()
        ],
        "features": [
            {"name": name, "title": title, "is_set": name not in OBJECTS}
            for name, title in FEATURES.items()
            if _is_there(name)
        ],
    }  # fmt: skip


def _is_there(feature: str) -> bool:
    """Notes are always."""
    return feature == NOTES or states.is_on(feature)


def _limits() -> dict[str, Any]:
    return {
        "periods": [{"days": days, "is_chosen": days == 30} for days in PERIODS],
        "most_users": MOST_USERS,
        "most_sessions": MOST_SESSIONS,
        "longest": LONGEST_TEXT,
    }


def _under_way(visit: Visit) -> list[dict[str, Any]]:
    wanted = {"kind": KIND, "app_id": visit.application.id, "status": {"$in": list(records.UNFINISHED)}}
    return [
        {
            "id": task["_id"],
            "name": task.get("report_name") or task["_id"],
            "percent": round(100 * float(task.get("progress") or 0)),
            "link": reverse("task", args=[visit.application.id, task["_id"]]),
        }
        for task in records.find(wanted, limit=10)
        if long_tasks.may_see(visit.member, task)
    ]


def _environments_table(visit: Visit, width: str) -> Table:
    names = {str(one["_id"]): str(one.get(NAME)) for one in templates.everything()}
    return Table(
        id="table",
        width=width,
        title=_("Environments"),
        hint=_("Users that are kept: the same ones can come back in a later run."),
        columns=[
            Column("name", _("Environment"), "name"),
            Column("template", _("Template"), "text"),
            Column("created", _("Made"), "moment"),
        ],
        rows=[
            {
                "_key": one["_id"],
                "_href": reverse(ENVIRONMENT.name, args=[visit.application.id, one["_id"]]),
                "name": one.get(NAME),
                "template": names.get(str(one.get(TEMPLATE)), _("Deleted")),
                "created": int(one.get("createdAt") or 0) // 1000,
            }
            for one in environments.of_application(visit.application.id)
        ],
        sort="-created",
        nothing=_("None yet. Name one when you fill the application."),
        api=visit.api("/o/populator/environment/list", period=None),
    )


# What the forms do --------------------------------------------------------------------------------------------------
def populate(visit: Visit) -> Done:
    post = visit.request.POST
    wished = post.getlist("features")
    order = Order(
        template_id=post.get("template", ""),
        users=_whole(visit, "users", MOST_USERS),
        days=_whole(visit, "days", MOST_DAYS) or 1,
        most_sessions=_whole(visit, "sessions", MOST_SESSIONS) or MOST_SESSIONS,
        seed=_whole(visit, "seed", MAX_SEED),
        features=tuple(name for name in FEATURES if name in wished and _is_there(name)),
        environment_name=post.get("environment_name", "").strip()[:LONGEST_TEXT],
    )
    return _started(visit, order)


def populate_environment(visit: Visit) -> Done:
    found = environments.find(visit.application.id, visit.request.POST.get("environment"))
    if found is None:
        raise Refusal(404, _("There is no such environment any more."))
    order = Order(
        template_id=str(found.get(TEMPLATE)),
        days=_whole(visit, "days", MOST_DAYS) or 1,
        most_sessions=_whole(visit, "sessions", MOST_SESSIONS) or MOST_SESSIONS,
        seed=_whole(visit, "seed", MAX_SEED),
        features=tuple(name for name in FEATURES if name not in OBJECTS and _is_there(name)),
        environment_id=str(found["_id"]),
    )
    return _started(visit, order)


def _started(visit: Visit, order: Order) -> Done:
    try:
        task_id = populating.start(order, visit.application, visit.member, accountable_address(visit.request))
    except NotPopulated as error:
        raise Refusal(400, str(error)) from error
    template_screens.record(visit, "populator_started", {"task": task_id, **order.arguments()})
    return Done(_("Demo data is on its way. The figures move while it comes in."))


def stop(visit: Visit) -> Done:
    task = records.get(visit.request.POST.get("task", ""))
    if task is None or task.get("kind") != KIND or task.get("app_id") != visit.application.id:
        raise Refusal(404, _("It is over already."))
    if not long_tasks.may_change(visit.member, task):
        raise Refusal(403, _("This task is somebody else's."))
    long_tasks.delete(task, by=visit.member, address=accountable_address(visit.request))
    return Done(_("It stops within seconds. What was sent until then stays."))


# One environment ----------------------------------------------------------------------------------------------------
def build_environment(visit: Visit) -> list[Part]:
    found = _environment(visit)
    template_id = str(found.get(TEMPLATE))
    custom = _custom_names(visit, found)

    def fetch(query: TableQuery) -> tuple[list[Row], int]:
        wanted = Search(query.search, query.sort or USER_NAME, query.descending, query.offset, query.size)
        rows, matching, _total = environments.users(visit.application.id, template_id, str(found["_id"]), wanted)
        return [_user_row(row, custom) for row in rows], matching

    return [
        Table(
            id="table",
            title=_("Users"),
            columns=[
                Column(USER_NAME, _("User name"), "name"),
                Column(PLATFORM, _("Platform"), "text"),
                Column(DEVICE, _("Device"), "text"),
                Column(APP_VERSION, _("App version"), "text"),
                *(Column(f"custom_{index}", name, "text", is_sortable=False) for index, name in enumerate(custom)),
            ],
            fetch=fetch,
            sort=USER_NAME,
            nothing=_("No users are kept under this name."),
            api=visit.api(
                "/o/populator/environment/get", period=None, environment_id=found["_id"], template_id=template_id
            ),
        )
    ]


def _user_row(row: Document, custom: list[str]) -> Row:
    properties = row.get(CUSTOM) or {}
    return {
        "_key": row["_id"],
        **{name: row.get(name) for name in (USER_NAME, PLATFORM, DEVICE, APP_VERSION)},
        **{f"custom_{index}": properties.get(name, "") for index, name in enumerate(custom)},
    }


def _custom_names(visit: Visit, found: Document) -> list[str]:
    """Of the first user: those of one template have the same properties."""
    wanted = Search(length=1)
    rows, _matching, _total = environments.users(
        visit.application.id, str(found.get(TEMPLATE)), str(found["_id"]), wanted
    )
    return [str(name) for row in rows for name in row.get(CUSTOM) or {}][:MOST_CUSTOM_COLUMNS]


def environment_title(visit: Visit) -> str:
    return str(_environment(visit).get(NAME) or "")


def remove_environment(visit: Visit) -> Done:
    found = _environment(visit)
    environments.remove(visit.application.id, str(found.get(TEMPLATE)), str(found["_id"]))
    template_screens.record(
        visit, "populator_environment_removed", {"_id": found["_id"], TEMPLATE: found.get(TEMPLATE)}
    )
    return Done(_("The environment was deleted."), reverse(POPULATE.name, args=[visit.application.id]))


def _environment(visit: Visit) -> Document:
    found = environments.find(visit.application.id, str(visit.path["environment_id"]))
    if found is None:
        raise Http404("No such environment")
    return found


def _may_remove(visit: Visit) -> dict[str, Any]:
    return {"may_remove": visit.may("d", FEATURE)}


# What all of them need ----------------------------------------------------------------------------------------------
def _whole(visit: Visit, name: str, largest: int) -> int:
    """0 for a field that was left empty. Raises Refusal."""
    text = visit.request.POST.get(name, "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) <= largest):
        raise Refusal(400, _("A whole number from 0 to %(largest)s is needed.") % {"largest": largest})
    return int(text)


def _administers(visit: Visit) -> bool:
    return is_app_admin(visit.member, visit.application.id)


POPULATE = Screen(
    name="populate",
    route=BASE,
    title=gettext_lazy("Data populator"),
    hint=gettext_lazy("Made-up users who do what a template says. They are counted like real ones."),
    feature=FEATURE,
    build=build,
    has_period=False,
    shows_without_data=True,
    files=("populator/populator.css",),
    post=post_of(
        {
            "populate": FormAction(with_right("c", FEATURE), populate),
            "populate_environment": FormAction(with_right("c", FEATURE), populate_environment),
            "stop": FormAction(with_right("c", FEATURE), stop),
        }
    ),
)
ENVIRONMENT = Screen(
    name="populator_environment",
    entry="populate",
    route=f"{BASE}/environments/<str:environment_id>",
    title=gettext_lazy("Environment"),
    title_of=environment_title,
    feature=FEATURE,
    build=build_environment,
    has_period=False,
    shows_without_data=True,
    actions="populator/environment_actions.html",
    action_values=_may_remove,
    post=post_of({"remove": FormAction(with_right("d", FEATURE), remove_environment)}),
)


def urls() -> list[URLPattern]:
    return [POPULATE.urls(), ENVIRONMENT.urls(), *(screen.urls() for screen in template_screens.SCREENS)]
