"""What screens are made of. A screen's `build` answers with a list of these; each draws itself with its template.

All take keyword arguments. `id` is unique on the screen. `width`: full, half, third or two-thirds of the page.
`api`: the address that answers the same numbers as JSON (`visit.api(...)`); the panel's menu offers it as curl.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from apps.core.texts import Text
from apps.shell import charts, figures

if TYPE_CHECKING:
    from apps.shell.visits import Visit

PALETTE_SIZE = 8


@dataclass(kw_only=True)
class Part:
    template: ClassVar[str]

    id: str
    title: str = ""
    hint: str = ""  # one sentence, where the title does not say enough
    width: str = "full"
    api: str = ""
    inner: Sequence["Part"] = ()  # parts that its template draws, in a frame of its own

    def context(self, visit: "Visit") -> dict[str, Any]:
        """What the template needs beside the part itself."""
        return {}


# Figures -----------------------------------------------------------------------------------------------------------
@dataclass(kw_only=True, frozen=True)
class Tile:
    id: str  # of the series of the chart that belongs to it
    title: str
    value: float
    kind: str = "total"  # see figures.SHORT
    previous: float | None = None  # None: there is nothing to compare with
    change: str = ""  # "12.5%"
    direction: str = ""  # "up", "down" or nothing
    note: str = ""  # instead of the previous value
    is_estimate: bool = False
    is_better_lower: bool = False  # of crashes
    color: int | None = None  # index of the palette; None: that of the text
    sparkline: Sequence[float] = ()

    @property
    def points(self) -> str:
        return charts.sparkline(self.sparkline)

    @property
    def previous_text(self) -> str:
        return figures.short(self.previous or 0, self.kind)

    @property
    def mood(self) -> str:
        """ "good" or "bad": more crashes are no success."""
        if not self.direction:
            return ""
        return "good" if (self.direction == "up") is not self.is_better_lower else "bad"


def tile_of(id: str, title: str, summary: Mapping[str, Any], kind: str = "total", **more: Any) -> Tile:
    """`summary`: a row of `analytics.computations.summarize`: total, prev-total, change, trend, is_estimate."""
    total, previous, change = summary["total"], summary["prev-total"], str(summary["change"])
    is_level = change in ("0%", "-0%")
    direction = "" if not previous or is_level else ("up" if summary["trend"] == "u" else "down")
    return Tile(
        id=id,
        title=title,
        value=total,
        kind=kind,
        previous=previous or None,
        change=figures.percent_text("100%" if previous and not total else change.lstrip("-")),
        direction=direction,
        is_estimate=bool(summary.get("is_estimate")),
        **more,
    )


@dataclass(kw_only=True)
class Figures(Part):
    """Tiles; with a chart each tile shows the series that has its id. Without one they are just figures."""

    template = "shell/parts/figures.html"

    tiles: Sequence[Tile]
    chart: dict[str, Any] | None = None  # of charts.time_chart
    bucket_title: str = ""

    def context(self, visit: "Visit") -> dict[str, Any]:
        names = [tile.id for tile in self.tiles]
        wanted = visit.address.get("metric")
        current = wanted if wanted in names else names[0]
        links = {name: visit.address.link({"metric": name}) for name in names}
        compares = visit.compares
        shown: dict[str, Any] = {
            "tiles": [{"tile": tile, "is_current": tile.id == current, "link": links[tile.id]} for tile in self.tiles],
            "compares": compares,
        }
        if self.chart is not None:
            data = _without_previous(self.chart) if not compares else self.chart
            shown |= {
                "data": {**data, "shows": "one"},
                "table": series_table(data, self.bucket_title),
                "is_empty": is_empty(line for line in data["series"] if line["id"] == current),
            }
        return shown


@dataclass(kw_only=True)
class Switch(Part):
    """A choice among a few, kept in the address under `parameter`. `visit.address.get(parameter)` tells the choice."""

    template = "shell/parts/switch.html"

    parameter: str
    options: Mapping[str, Text]  # value -> title; the first is chosen when the address names none of them

    def chosen(self, visit: "Visit") -> str:
        wanted = visit.address.get(self.parameter)
        return wanted if wanted in self.options else next(iter(self.options))

    def context(self, visit: "Visit") -> dict[str, Any]:
        return {"switches": [self.shown(visit)]}

    def shown(self, visit: "Visit") -> dict[str, Any]:
        chosen, first = self.chosen(visit), next(iter(self.options))
        return {
            "title": self.title,
            "options": [
                {
                    "title": title,
                    "link": visit.address.link({self.parameter: None if value == first else value, "page": None}),
                    "is_current": value == chosen,
                }
                for value, title in self.options.items()
            ],
        }


# Charts ------------------------------------------------------------------------------------------------------------
@dataclass(kw_only=True)
class Switches(Part):
    """Several beside each other."""

    template = "shell/parts/switches.html"

    switches: Sequence[Switch]

    def context(self, visit: "Visit") -> dict[str, Any]:
        return {"switches": [switch.shown(visit) for switch in self.switches]}


@dataclass(kw_only=True)
class TimeChart(Part):
    """Lines over time; with `is_stacked` bars upon each other. `data` comes from charts.time_chart. A line that has a
    `color`, an index of the palette, is drawn in it; others get that of their place."""

    template = "shell/parts/chart.html"

    data: dict[str, Any]
    bucket_title: str = ""
    is_stacked: bool = False

    def context(self, visit: "Visit") -> dict[str, Any]:
        data = self.data if visit.compares else _without_previous(self.data)
        return {
            "kind": "stacked" if self.is_stacked else "time",
            "data": {**data, "shows": "all"},
            "legend": [
                {"title": line["title"], "color": line.get("color", index) % PALETTE_SIZE}
                for index, line in enumerate(data["series"])
            ],
            "has_previous": any(line["previous"] for line in data["series"]) and not self.is_stacked,
            "is_empty": is_empty(data["series"]),
            "table": series_table(data, self.bucket_title),
        }


@dataclass(kw_only=True)
class BarChart(Part):
    """One or several bars for each label. `series`: [{"title": ..., "values": [...]}]; `color` as in a TimeChart."""

    template = "shell/parts/chart.html"

    labels: Sequence[str]
    series: Sequence[Mapping[str, Any]]
    kind: str = "count"
    label_title: str = ""
    nothing: str = ""

    def context(self, visit: "Visit") -> dict[str, Any]:
        return {
            "kind": "bars",
            "is_empty": is_empty(self.series),
            "data": {"labels": list(self.labels), "kind": self.kind, "series": [dict(line) for line in self.series]},
            "legend": [
                {"title": line["title"], "color": line.get("color", index) % PALETTE_SIZE}
                for index, line in enumerate(self.series)
            ]
            if len(self.series) > 1
            else [],
            "table": {
                "titles": [self.label_title, *(line["title"] for line in self.series)],
                "rows": [
                    {
                        "label": label,
                        "cells": [{"value": line["values"][index], "kind": self.kind} for line in self.series],
                    }
                    for index, label in enumerate(self.labels)
                ],
            },
        }


@dataclass(kw_only=True)
class WorldMap(Part):
    """`rows`: [{"code": "DE", "name": "Germany", "value": 12, "href": ""}]."""

    template = "shell/parts/map.html"

    rows: Sequence[Mapping[str, Any]]
    measure: str = ""

    def context(self, visit: "Visit") -> dict[str, Any]:
        from apps.shell import world  # slow import: babel

        data = {"measure": self.measure, "regions": world.regions(self.rows), "names": world.names()}
        return {"kind": "map", "data": data}


@dataclass(kw_only=True)
class PlaceMap(Part):
    """Places as circles, at least one. `rows`: [{"name": "Berlin", "value": 12, "latitude": 52.5, "longitude": 13}]."""

    template = "shell/parts/map.html"

    rows: Sequence[Mapping[str, Any]]
    measure: str = ""

    def context(self, visit: "Visit") -> dict[str, Any]:
        points = [
            {"name": row["name"], "value": row["value"], "at": [row["longitude"], row["latitude"]]} for row in self.rows
        ]
        return {"kind": "points", "data": {"measure": self.measure, "points": points}}


@dataclass(kw_only=True)
class PunchCard(Part):
    """`values[day][hour]` with Monday as day 0."""

    template = "shell/parts/punch.html"

    values: Sequence[Sequence[float]]
    measure: str = ""

    def context(self, visit: "Visit") -> dict[str, Any]:
        from django.utils.dates import WEEKDAYS

        highest = max((max(row, default=0) for row in self.values), default=0)
        return {
            "hours": range(24),
            "days": [
                {
                    "title": WEEKDAYS[day],
                    "cells": [
                        {"hour": hour, "value": value, "level": _level(value, highest)}
                        for hour, value in enumerate(row)
                    ],
                }
                for day, row in enumerate(self.values)
            ],
        }


def _level(value: float, highest: float) -> int:
    """0 for nothing, else 1 to 5."""
    return 0 if not value or not highest else max(1, min(5, round(value / highest * 5)))


# Lists -------------------------------------------------------------------------------------------------------------
@dataclass(kw_only=True)
class Breakdown(Part):
    """The top values as bars: rows {"name", "value", "percent", "code" or nothing, "href" or nothing}."""

    template = "shell/parts/breakdown.html"

    rows: Sequence[Mapping[str, Any]]
    measure: str = ""
    kind: str = "count"
    more: str = ""  # address of the whole list
    nothing: str = ""
    color: int | None = None  # of the bars: index of the palette


@dataclass(kw_only=True)
class Facts(Part):
    """Names and values: of a user, of an application. Rows {"name", "value", "kind" or nothing, "copy": bool}."""

    template = "shell/parts/facts.html"

    rows: Sequence[Mapping[str, Any]]
    nothing: str = ""


@dataclass(kw_only=True)
class Documents(Part):
    """What is stored, as it is stored: each opens to its JSON. Items {"title", "note", "marks": [texts], "text"} and,
    where forms belong to it, "id". With "is_open" it is open to begin with."""

    template = "shell/parts/documents.html"

    items: Sequence[Mapping[str, Any]]
    nothing: str = ""
    previous_link: str = ""
    next_link: str = ""
    #: Buttons below each that has none of its own: {"action", "title", "confirm" or nothing}; they send the item's id.
    buttons: Sequence[Mapping[str, str]] = ()
    files: Sequence[Mapping[str, str]] = ()  # that hold all of them: {"title", "link"}

    def context(self, visit: "Visit") -> dict[str, Any]:
        return {"exports": self.files}


# Words -------------------------------------------------------------------------------------------------------------
@dataclass(kw_only=True)
class Empty(Part):
    """Nothing to show, and what to do about it."""

    template = "shell/parts/empty.html"

    text: str = ""
    icon: str = "search"
    action: str = ""
    action_link: str = ""


@dataclass(kw_only=True)
class Problem(Part):
    """Something could not be read or done: what, and what to do."""

    template = "shell/parts/problem.html"

    text: str = ""


@dataclass(kw_only=True)
class Notice(Part):
    """What one must know of the figures below it."""

    template = "shell/parts/notice.html"

    text: str = ""
    action: str = ""
    action_link: str = ""


@dataclass(kw_only=True)
class Block(Part):
    """A template of one's own. It gets `values` under their names, and `part` and `visit`."""

    template = ""  # each has its own

    file: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def context(self, visit: "Visit") -> dict[str, Any]:
        return dict(self.values)


def is_empty(lines: Iterable[Mapping[str, Any]]) -> bool:
    """Whether there is nothing to draw."""
    return not any(any(line.get(name) or ()) for line in lines for name in ("current", "previous", "values"))


def series_table(data: Mapping[str, Any], bucket_title: str) -> dict[str, Any]:
    """A chart as a table: only what has begun, the newest first."""
    return {
        "titles": [bucket_title, *(line["title"] for line in data["series"])],
        "rows": [
            {
                "label": data["labels"][index],
                "cells": [{"value": line["current"][index], "kind": line["kind"]} for line in data["series"]],
            }
            for index in reversed(range(data["elapsed"]))
        ],
    }


def _without_previous(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "series": [{**line, "previous": []} for line in data["series"]]}
