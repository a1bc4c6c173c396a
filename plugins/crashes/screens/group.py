"""One group of crashes: what happened, to whom, where, and what people say of it."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.aggregation.values import is_truthy, stored_integer
from apps.analytics import computations, device_names
from apps.analytics.merging import is_number
from apps.core.texts import Text
from apps.shell import moments
from apps.shell.forms import post_of
from apps.shell.parts import Block, Breakdown, Facts, Figures, Part, Tile
from apps.shell.screens import Screen
from apps.shell.tables import Column, Table, TableQuery
from apps.shell.visits import Visit
from plugins.crashes import comments, documents, figures, states, storage, threads
from plugins.crashes.endpoints import FEATURE
from plugins.crashes.screens import actions, badges

TOP_VALUES = 10
MOST_OCCURRENCES = 10_000
SEGMENTS: dict[str, Text] = {
    "os_version": gettext_lazy("Platform version"),
    "app_version": gettext_lazy("App version"),
    "device": gettext_lazy("Device"),
    "manufacture": gettext_lazy("Manufacturer"),
    "resolution": gettext_lazy("Resolution"),
    "orientation": gettext_lazy("Orientation"),
    "view": pgettext_lazy("noun", "View"),
    "browser": gettext_lazy("Browser"),
    "cpu": gettext_lazy("CPU"),
    "opengl": gettext_lazy("OpenGL"),
    "os_name": gettext_lazy("Platform"),
}
MEASURES: dict[str, tuple[Text, str]] = {
    "ram": (gettext_lazy("Memory in use"), "percent"),
    "disk": (gettext_lazy("Disk in use"), "percent"),
    "bat": (gettext_lazy("Battery"), "percent"),
    "run": (gettext_lazy("Time since the start"), "duration"),
    "session": (gettext_lazy("Sessions between two"), "decimal"),
}
FLAGS: dict[str, Text] = {
    "root": gettext_lazy("Rooted"),
    "online": gettext_lazy("Online"),
    "muted": gettext_lazy("Muted"),
    "signal": gettext_lazy("Signal"),
    "background": gettext_lazy("In the background"),
}
REPORT: dict[str, Text] = {
    "os": gettext_lazy("Platform"),
    "uid": gettext_lazy("User"),
    "nonfatal": gettext_lazy("Nonfatal"),
    "ram_current": gettext_lazy("Memory in use (MB)"),
    "ram_total": gettext_lazy("Memory (MB)"),
    "disk_current": gettext_lazy("Disk in use (MB)"),
    "disk_total": gettext_lazy("Disk (MB)"),
    "bat": gettext_lazy("Battery (%)"),
    "run": gettext_lazy("Seconds since the start"),
    "session": gettext_lazy("Sessions since the last one"),
    **SEGMENTS,
    **FLAGS,
}
#: What the details of a report leave out: it is shown elsewhere, or is of no use to read.
NOT_DETAILS = frozenset(
    {
        *("_id", "cd", "ts", "group", "error", "name", "logs", "custom", "binary_images", "binary_crash_dump"),
        *("app_version_major", "app_version_minor", "app_version_patch"),
    }
)


def build(visit: Visit) -> list[Part]:
    group = storage.group(visit.application.id, str(visit.path["group"]))
    if group is None:
        raise Http404("No such crash")
    if visit.may("u", FEATURE):  # who may only look leaves it new for the others
        states.change(visit.application.id, [str(group["_id"])], states.view)
    parts: list[Part] = [_head(visit, group), _tiles(visit, group), _trace(group)]
    if report_id := visit.address.get("report"):
        parts += _report_parts(visit, group, report_id)
    parts += [_occurrences(visit, group), *_property_parts(visit, group), *_diagnostics(group)]
    return [*parts, _talk(visit, group)]


def _head(visit: Visit, group: Mapping[str, Any]) -> Block:
    application_id, shared = visit.application.id, group.get("share") or {}
    code = documents.share_code(application_id, str(group["_id"]))
    values = {
        "group": group,
        "badges": badges.words(group),
        "list": reverse("crashes", args=[application_id]),
        "may_change": visit.may("u", FEATURE),
        "may_delete": visit.may("d", FEATURE),
        "public": visit.origin + reverse("shared_crash", args=[code]) if is_truthy(group.get("is_public")) else "",
        "shared_parts": [
            {"name": name, "title": title, "is_on": is_truthy(shared.get(name))}
            for name, title in (
                ("reports", _("Occurrences")),
                ("users", _("Affected users")),
                ("loss", _("Revenue loss")),
            )
        ],
    }
    return Block(id="head", title=str(group.get("name") or ""), file="crashes/head.html", values=values)


def _tiles(visit: Visit, group: Mapping[str, Any]) -> Figures:
    users, reports = stored_integer(group.get("users")) or 0, stored_integer(group.get("reports")) or 0
    everybody = storage.count_users(visit.application.id)
    note = _("%(number)s of %(all)s users") % {"number": users, "all": everybody}
    affected = figures.share(users, everybody) or 0
    loss: Any = group.get("loss")
    tiles = [
        Tile(id="reports", title=_("Occurrences"), value=reports, note=" "),
        Tile(id="users", title=_("Affected users"), value=affected, kind="percent", note=note),
        Tile(id="repeats", title=_("Per user"), value=reports / users if users else 0, kind="decimal", note=" "),
        Tile(id="loss", title=_("Revenue loss"), value=loss if is_number(loss) else 0, kind="decimal", note=" "),
    ]
    return Figures(id="figures", title=_("Effect"), tiles=tiles, api=_api(visit, group))


def _trace(group: Mapping[str, Any]) -> Block:
    error = str(group.get("error") or "")
    return Block(
        id="trace",
        title=_("Stack trace"),
        file="crashes/trace.html",
        values={"error": error, "threads": threads.threads_of(error), "is_native": is_truthy(group.get("native_cpp"))},
    )


def _occurrences(visit: Visit, group: Mapping[str, Any]) -> Table:
    application_id, ids = visit.application.id, storage.ids_of(dict(group))
    total = min(MOST_OCCURRENCES, stored_integer(group.get("reports")) or 0)

    def fetch(query: TableQuery) -> tuple[list[dict[str, Any]], int]:
        found = storage.reports_of(application_id, ids, query.size, query.offset)
        return [
            {
                "_key": str(report["_id"]),
                "_href": visit.address.link({"report": str(report["_id"])}),
                "name": _when(report),
                "os_version": f"{report.get('os') or ''} {report.get('os_version') or ''}".strip(),
                "device": _device(report),
                "app_version": report.get("app_version"),
                "uid": report.get("uid"),
            }
            for report in found
        ], total

    columns = [
        Column("name", _("When"), "name", is_sortable=False),
        Column("os_version", _("Platform"), "text", is_sortable=False),
        Column("device", _("Device"), "text", is_sortable=False),
        Column("app_version", _("App version"), "text", is_sortable=False),
        Column("uid", _("User"), "text", is_sortable=False),
    ]
    return Table(
        id="occurrences",
        title=_("Occurrences"),
        hint=_("The newest first. Choose one to see all that it tells."),
        columns=columns,
        fetch=fetch,
        is_searchable=False,
        nothing=_("The reports of this crash are gone."),
        api=_api(visit, group),
    )


def _api(visit: Visit, group: Mapping[str, Any]) -> str:
    return visit.api("/o", method="crashes", group=str(group["_id"]), period=None)


def _when(report: Mapping[str, Any]) -> str:
    return moments.text(stored_integer(report.get("ts")) or 0, with_seconds=True)


def _property_parts(visit: Visit, group: Mapping[str, Any]) -> list[Part]:
    custom = group.get(documents.CUSTOM)
    maps: dict[str, tuple[str, Any]] = {name: (str(title), group.get(name)) for name, title in SEGMENTS.items()}
    for name, values in custom.items() if isinstance(custom, dict) else ():
        maps[f"custom.{name}"] = (name.replace(":", "."), values)
    known = {name: found for name, found in maps.items() if isinstance(found[1], dict) and found[1]}
    if not known:
        return []
    wanted = visit.address.get("property")
    name = wanted if wanted in known else next(iter(known))
    title, values = known[name]
    rows = [{"name": value.replace(":", "."), "value": number} for value, number in values.items() if is_number(number)]
    return [
        Block(
            id="properties",
            file="crashes/properties.html",
            values={
                "choices": [
                    {"title": found[0], "link": visit.address.link({"property": key}), "is_on": key == name}
                    for key, found in known.items()
                ]
            },
        ),
        Breakdown(
            id="by-property",
            title=_("Occurrences by %(property)s") % {"property": title},
            rows=computations.rank(rows, TOP_VALUES),
            measure=_("Occurrences"),
            api=_api(visit, group),
        ),
    ]


def _diagnostics(group: Mapping[str, Any]) -> list[Part]:
    rows = []
    for name, (title, kind) in MEASURES.items():
        measured = group.get(name)
        if isinstance(measured, dict) and measured.get("count"):
            average = round(measured.get("total", 0) / measured["count"], 2)
            rows.append({"title": title, "kind": kind, "least": measured.get("min"), "average": average})
            rows[-1]["greatest"] = measured.get("max")
    flags = []
    for name, flag_title in FLAGS.items():
        counted = group.get(name)
        if isinstance(counted, dict):
            yes, no = (stored_integer(counted.get(answer)) or 0 for answer in ("yes", "no"))
            flags.append({"name": flag_title, "value": figures.share(yes, yes + no), "kind": "percent"})
    if not rows and not flags:
        return []
    values = {"rows": rows, "flags": flags}
    return [Block(id="diagnostics", title=_("Diagnostics"), file="crashes/diagnostics.html", values=values)]


def _talk(visit: Visit, group: dict[str, Any]) -> Block:
    shown = [
        {
            **comment,
            "id": comment.get("_id"),
            "may_change": bool(comment.get("is_owner") or visit.member.global_admin),
        }
        for comment in comments.shown(group, visit.member)
    ]
    values = {
        "comments": shown,
        "may_add": visit.may("c", FEATURE),
        "may_edit": visit.may("u", FEATURE),
        "may_delete": visit.may("d", FEATURE),
        "limit": comments.LONGEST_TEXT,
    }
    return Block(id="comments", title=_("Comments"), file="crashes/comments.html", values=values)


def _device(report: Mapping[str, Any]) -> str:
    maker, name = str(report.get("manufacture") or ""), device_names.device(str(report.get("device") or ""))
    return name if name.casefold().startswith(maker.casefold()) else f"{maker} {name}".strip()


# One report -----------------------------------------------------------------------------------------------------------
def _report_parts(visit: Visit, group: Mapping[str, Any], report_id: str) -> list[Part]:
    report = storage.report(visit.application.id, report_id)
    if report is None or report.get("group") not in storage.ids_of(dict(group)):
        return []
    custom = report.get("custom")
    own = custom.items() if isinstance(custom, dict) else ()
    told = {**report, **{key.replace(":", "."): value for key, value in own}}
    rows = [
        {"name": str(REPORT.get(name) or name), "value": _readable(name, value)}
        for name, value in sorted(told.items())
        if name not in NOT_DETAILS and not isinstance(value, dict | list)
    ]
    values = {
        "report_id": report_id,
        "error": str(report.get("error") or ""),
        "logs": str(report.get("logs") or ""),
        "has_dump": is_truthy(report.get("binary_crash_dump")),
        "shut": visit.address.link({"report": None}),
        "user_link": _profile_link(visit, report.get("uid")),
    }
    parts: list[Part] = [
        Block(id="report", title=_when(report), file="crashes/report.html", values=values),
        Facts(id="report-facts", title=_("What it tells"), rows=rows),
    ]
    if images := _images(report.get("binary_images")):
        columns = [
            Column("name", _("Binary image"), "name"),
            Column("uuid", _("Build UUID"), "text"),
            Column("address", _("Load address"), "text"),
        ]
        parts.append(Table(id="images", title=_("Binary images"), columns=columns, rows=images))
    return parts


def _profile_link(visit: Visit, uid: Any) -> str:
    """ "" for who may not see profiles."""
    if not isinstance(uid, str) or not uid or not visit.may("r", "core"):
        return ""
    return reverse("user_profile", args=[visit.application.id, uid])


def _readable(name: str, value: Any) -> Any:
    if name in FLAGS or isinstance(value, bool):
        return _("Yes") if value else _("No")
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _images(stored: Any) -> list[dict[str, Any]]:
    try:
        images = json.loads(stored) if isinstance(stored, str) else stored
    except ValueError:
        return []
    if not isinstance(images, dict):
        return []
    return [
        {"_key": key, "name": image.get("bn") or key, "uuid": image.get("id"), "address": image.get("la")}
        for key, image in images.items()
        if isinstance(image, dict)
    ]


CRASH = Screen(
    name="crash",
    entry="crashes",
    route="applications/<str:application_id>/crashes/groups/<str:group>",
    title=gettext_lazy("Crash"),
    feature=FEATURE,
    build=build,
    post=post_of(actions.OF_GROUP),
    has_period=False,
    shows_without_data=True,
)
