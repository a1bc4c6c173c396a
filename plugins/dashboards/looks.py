"""The colors and names that people gave to what a widget shows, put on whatever part shows it: to each line, bar or
figure its own, to a list of shares the color of its bars, to a table the titles of its columns. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from apps.shell.parts import PALETTE_SIZE, BarChart, Breakdown, Figures, Part, TimeChart
from apps.shell.tables import Column, Table
from plugins.dashboards.documents import COLORS, LABELS

LONGEST_LABEL = 100


def put_on(part: Part, widget: Mapping[str, Any]) -> Part:
    """The part itself where it has nothing to name or to color."""
    colors, labels = colors_of(widget), labels_of(widget)
    if not colors and not labels:
        return part
    if isinstance(part, TimeChart):
        return replace(part, data={**part.data, "series": _lines(part.data["series"], colors, labels)})
    if isinstance(part, BarChart):
        return replace(part, series=_lines(part.series, colors, labels))
    if isinstance(part, Figures):
        tiles = [
            replace(tile, title=labels.get(index, tile.title), color=colors.get(index))
            for index, tile in enumerate(part.tiles)
        ]
        return replace(part, tiles=tiles)
    if isinstance(part, Breakdown):
        return replace(part, measure=labels.get(0, part.measure), color=colors.get(0))
    if isinstance(part, Table):
        return replace(part, columns=_columns(part.columns, labels))
    return part


def colors_of(widget: Mapping[str, Any]) -> dict[int, int]:
    """Place of the line -> place in the palette, from 0. Whatever old servers stored."""
    stored = widget.get(COLORS)
    return {
        index: (color - 1) % PALETTE_SIZE
        for index, color in enumerate(stored if isinstance(stored, list) else ())
        if isinstance(color, int) and not isinstance(color, bool) and color > 0
    }


def labels_of(widget: Mapping[str, Any]) -> dict[int, str]:
    stored = widget.get(LABELS)
    return {
        index: label.strip()[:LONGEST_LABEL]
        for index, label in enumerate(stored if isinstance(stored, list) else ())
        if isinstance(label, str) and label.strip()
    }


def _columns(columns: Sequence[Column], labels: Mapping[int, str]) -> list[Column]:
    """The names are those of the figures; what stands in front of them says what a row is."""
    places = {column.key: index for index, column in enumerate(one for one in columns if one.is_number)}
    return [replace(one, title=labels.get(places.get(one.key, -1), one.title)) for one in columns]


def _lines(series: Any, colors: Mapping[int, int], labels: Mapping[int, str]) -> list[dict[str, Any]]:
    return [
        {
            **line,
            "title": labels.get(index, line["title"]),
            **({"color": colors[index]} if index in colors else {}),
        }
        for index, line in enumerate(series)
    ]
