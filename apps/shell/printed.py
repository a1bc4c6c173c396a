"""Parts of screens where there is no screen: in mails and on paper. Words and tables, without scripts and links."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from apps.core import clock, locales
from apps.shell import figures
from apps.shell.addresses import Address
from apps.shell.parts import BarChart, Block, Breakdown, Facts, Figures, Part, PunchCard, TimeChart, WorldMap
from apps.shell.periods import Choice
from apps.shell.tables import Column, Table, TableQuery
from apps.shell.visits import Visit
from apps.shell.zones import zone_of

MOST_ROWS = 15
TEMPLATE = "shell/printed.html"


def visit_of_nobody(member: Any, period: str, label: str = "") -> Visit:
    """What parts are built for where nobody looks: with the rights of the member. `period` as in calls of the API."""
    request = HttpRequest()
    request.method = "GET"
    request.user = member
    return Visit(request, Address(QueryDict()), Choice(period, label, "", "UTC"), clock.now_ms())


def printed(part: Part, visit: Visit, zone: str = "UTC") -> SafeString:
    """HTML for mails: the first rows of what the part shows. Empty for parts that are made for screens only."""
    if part.inner:
        return mark_safe("".join(printed(one, visit, zone) for one in part.inner))  # noqa: S308  templates made them
    if isinstance(part, Block):
        return render_to_string(part.file, {"part": part, "visit": visit, **part.context(visit)})
    values = _values(part, visit, zone)
    return render_to_string(TEMPLATE, values) if values else SafeString("")


def _values(part: Part, visit: Visit, zone: str) -> dict[str, Any]:
    if isinstance(part, Figures):
        return _grid(
            [
                [tile.title, figures.exactly(tile.value, _kind(tile.kind)), _change(tile.change, tile.direction)]
                for tile in part.tiles
            ]
        )
    if isinstance(part, TimeChart | BarChart):
        table: Mapping[str, Any] = part.context(visit)["table"]
        rows = [
            [row["label"], *(_text(cell["value"], cell["kind"], zone) for cell in row["cells"])]
            for row in table["rows"]
        ]
        return _grid(rows, table["titles"])
    if isinstance(part, Table):
        columns = [column for column in part.columns if column.kind != "spark"]
        query = TableQuery("", part.sort.removeprefix("-"), part.sort.startswith("-"), 1, MOST_ROWS)
        found, _total = part.found(query)
        rows = [[_text(row.get(column.key), column.kind, zone) for column in columns] for row in found]
        return _grid(rows, [column.title for column in columns], [_is_number(column) for column in columns])
    if isinstance(part, Breakdown):
        rows = [
            [str(row["name"]), _text(row["value"], part.kind, zone), _text(row.get("percent"), "percent", zone)]
            for row in part.rows
        ]
        return _grid(rows, ["", part.measure, pgettext("part of the whole", "Share")])
    if isinstance(part, WorldMap):
        return _grid([[str(row["name"]), _text(row["value"], "count", zone)] for row in part.rows])
    if isinstance(part, Facts):
        rows = [[str(row["name"]), _text(row["value"], row.get("kind") or "text", zone)] for row in part.rows]
        return _grid(rows, (), [False, False])
    if isinstance(part, PunchCard):
        return {}
    text = getattr(part, "text", "")  # of those that have nothing to show, and say why
    return {"text": text} if text else {}


def _grid(rows: list[list[str]], titles: Sequence[str] = (), numbers: Sequence[bool] = ()) -> dict[str, Any]:
    """The first column has names, the others numbers, where nothing else is said."""
    width = max((len(row) for row in rows), default=0)
    kinds = [*numbers] or [False, *[True] * (width - 1)]
    return {
        "titles": [{"text": text, "is_number": is_number} for text, is_number in zip(titles, kinds, strict=False)],
        "rows": [
            [{"text": text, "is_number": is_number} for text, is_number in zip(row, kinds, strict=False)]
            for row in rows[:MOST_ROWS]
        ],
        "further": max(0, len(rows) - MOST_ROWS),
    }


def _text(value: Any, kind: str, zone: str) -> str:
    if value is None or value == "":
        return "–"
    if kind == "moment" and isinstance(value, int | float):
        found = datetime.fromtimestamp(value, zone_of(zone))
        return f"{locales.day_text(found)}, {locales.clock_text(found.time())}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return figures.exactly(value, "percent" if kind == "bar" else _kind(kind))
    return str(value)


def _kind(kind: str) -> str:
    return kind if kind in ("duration", "percent") else "count"


def _is_number(column: Column) -> bool:
    return column.is_number or column.kind == "bar"


def _change(change: str, direction: str) -> str:
    sign = {"up": "+", "down": "-"}.get(direction, "")
    return sign + figures.percent_text(change) if direction else "–"
