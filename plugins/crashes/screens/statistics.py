"""How often it crashed, for whom, and who was free of it."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.analytics import computations
from apps.notes import marks
from apps.shell.parts import Block, Breakdown, Figures, Part, Tile
from apps.shell.screens import Screen
from apps.shell.time_parts import bucket_title, chart_of, sparkline_of
from apps.shell.visits import Visit
from plugins.crashes import figures, queries, versions, widgets
from plugins.crashes.endpoints import FEATURE

KINDS = {
    figures.ALL: gettext_lazy("All"),
    figures.FATAL: gettext_lazy("Fatal"),
    figures.NONFATAL: gettext_lazy("Nonfatal"),
}
TOP = 5
MOST_CHOICES = 200


def build(visit: Visit) -> list[Part]:
    totals = queries.totals(visit.application.id)
    platform, version = visit.address.get("os"), visit.address.get("version")
    kind = visit.address.get("kind")
    kind = kind if kind in KINDS else figures.ALL
    found = figures.read(visit.question, platform, version, kind)
    tiles = widgets.tiles(found)
    titles = {tile.id: (tile.title, figures.KINDS[tile.id]) for tile in tiles}
    chart = chart_of(visit.question, visit.choice.zone, found.lines, titles, marks.of_visit(visit))
    api = visit.api("/o", method="crashes", graph=1, os=platform or None, app_version=version or None)
    return [
        Block(id="choice", file="crashes/figures_choice.html", values=_choice(visit, totals, platform, version, kind)),
        Figures(
            id="figures",
            title=_("Crash statistics"),
            hint=_("Unique crashes and users of a week are estimates.") if visit.question.step == "week" else "",
            tiles=[_with_sparkline(tile, chart) for tile in tiles],
            chart=chart,
            bucket_title=bucket_title(visit.question),
            api=api,
        ),
        Figures(id="totals", title=_("Since the beginning"), tiles=_totals(totals), api=api),
        *_breakdowns(totals, api),
    ]


def _with_sparkline(tile: Tile, chart: dict[str, Any]) -> Tile:
    return replace(tile, sparkline=sparkline_of(chart, tile.id))


def _totals(totals: dict[str, Any]) -> list[Tile]:
    users, crashes = totals["users"], totals["crashes"]
    affected = figures.share(users["affected"], users["total"]) or 0
    of_users = _("%(number)s of %(all)s users") % {"number": users["affected"], "all": users["total"]}
    version = crashes["highest_app"]
    highest = _("up to version %(version)s") % {"version": version} if version else " "
    return [
        Tile(id="affected", title=_("Affected users"), value=affected, kind="percent", note=of_users),
        Tile(id="unique", title=_("Unique crashes"), value=crashes["unique"], note=highest),
        Tile(id="news", title=_("New crashes"), value=crashes["news"], note=" "),
        Tile(id="renewed", title=_("Reoccurred crashes"), value=crashes["renewed"], note=" "),
        Tile(id="unresolved", title=_("Unresolved crashes"), value=crashes["unresolved"], note=" "),
        Tile(id="loss", title=_("Revenue loss"), value=totals["loss"], kind="decimal", note=" "),
    ]


def _breakdowns(totals: dict[str, Any], api: str) -> list[Part]:
    crashes = totals["crashes"]
    lists = {
        "fatality": (_("Fatality"), {_("Fatal"): crashes["fatal"], _("Nonfatal"): crashes["nonfatal"]}, _("Crashes")),
        "resolution": (
            _("Resolution"),
            {_("Resolved"): crashes["resolved"], _("Unresolved"): crashes["unresolved"]},
            _("Crash groups"),
        ),
        "platforms": (_("Platforms"), crashes["os"], _("Crashes")),
        "versions": (_("App versions"), _readable(crashes["app_version"]), _("Crashes")),
    }
    return [
        Breakdown(
            id=name,
            title=title,
            rows=computations.rank([{"name": key, "value": value} for key, value in values.items() if value > 0], TOP),
            measure=measure,
            width="half",
            nothing=_("Nothing so far."),
            api=api,
        )
        for name, (title, values, measure) in lists.items()
    ]


def _readable(by_version: dict[str, Any]) -> dict[str, Any]:
    return {version.replace(":", "."): number for version, number in by_version.items()}


def _choice(visit: Visit, totals: dict[str, Any], platform: str, version: str, kind: str) -> dict[str, Any]:
    known = sorted(_readable(totals["crashes"]["app_version"]), key=versions.key, reverse=True)
    return {
        "kept": visit.address.without("os", "version"),
        "platforms": sorted({*totals["crashes"]["os"], *([platform] if platform else [])})[:MOST_CHOICES],
        "platform": platform,
        "versions": list(dict.fromkeys([*([version] if version else []), *known]))[:MOST_CHOICES],
        "version": version,
        "kinds": [
            {
                "title": title,
                "link": visit.address.link({"kind": None if name == figures.ALL else name}),
                "is_on": name == kind,
            }
            for name, title in KINDS.items()
        ],
    }


STATISTICS = Screen(
    name="crash_statistics",
    route="applications/<str:application_id>/crashes/statistics",
    title=gettext_lazy("Crash statistics"),
    feature=FEATURE,
    build=build,
    has_steps=True,
)
