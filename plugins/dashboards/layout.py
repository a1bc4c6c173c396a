"""The grid of a dashboard: 12 columns, rows of one height. Pure.

Widgets stand in their order; each comes behind the one before it, at the first place where it fits. That is how the
grid of dashboards.css places them too, so what is stored once somebody arranges them is what everybody sees.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from plugins.dashboards.documents import POSITION, SIZE, VISUALIZATION, Widget

COLUMNS = 12
LEAST_WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 2, 1, 12
MOST_ROWS = 10_000
DEFAULT_SIZE = (6, 4)
#: What a new widget gets that names no size: as much as it fills.
FIRST_SIZES = {"number": (6, 2), "table": (6, 5)}

Size = tuple[int, int]


def check(fields: Mapping[str, Any]) -> None:
    """Raises ValueError."""
    for name in (POSITION, SIZE):
        value = fields.get(name)
        if value is None:
            continue
        is_pair = isinstance(value, list) and len(value) == 2
        if not is_pair or any(not isinstance(one, int) or not 0 <= one <= MOST_ROWS for one in value):
            raise ValueError(f"Invalid {name}")


def size_of(widget: Mapping[str, Any]) -> Size:
    """Within the grid, whatever is stored."""
    width, height = _pair(widget.get(SIZE)) or DEFAULT_SIZE
    return min(max(width, LEAST_WIDTH), COLUMNS), min(max(height, LEAST_HEIGHT), MOST_HEIGHT)


def in_order(widgets: Sequence[Widget]) -> list[Widget]:
    """Row by row, from left to right; those without a place come last."""
    return sorted(widgets, key=lambda widget: tuple(reversed(_pair(widget.get(POSITION)) or (0, MOST_ROWS))))


def packed(widgets: Sequence[Widget]) -> dict[Any, dict[str, list[int]]]:
    """Position and size of each by its id, when they stand in this order."""
    places = {}
    taken: set[tuple[int, int]] = set()
    column = row = 0
    for widget in widgets:
        width, height = size_of(widget)
        while column + width > COLUMNS or not taken.isdisjoint(_cells(column, row, width, height)):
            column, row = (column + 1, row) if column + width < COLUMNS else (0, row + 1)
        taken |= _cells(column, row, width, height)
        places[widget["_id"]] = {POSITION: [column, row], SIZE: [width, height]}
        column += width
    return places


def _cells(column: int, row: int, width: int, height: int) -> set[tuple[int, int]]:
    return {(column + x, row + y) for x in range(width) for y in range(height)}


def first_size(widget: Mapping[str, Any], wanted: Size | None = None) -> list[int]:
    """Of a new widget; `wanted` is what its kind asks for."""
    return list(wanted or FIRST_SIZES.get(str(widget.get(VISUALIZATION)), DEFAULT_SIZE))


def at_the_end(widgets: Sequence[Widget], size: Any = None) -> dict[str, list[int]]:
    """Where one more widget goes."""
    new: Widget = {"_id": None, SIZE: size or list(DEFAULT_SIZE)}
    lowest = max((_bottom(widget) for widget in widgets), default=0)
    return {POSITION: [0, lowest], SIZE: list(size_of(new))}


def moved(widgets: Sequence[Widget], widget_id: Any, steps: int) -> list[Widget]:
    """In order, with one of them further to the front (-1) or to the back (1)."""
    ordered = in_order(widgets)
    place = next((index for index, widget in enumerate(ordered) if widget["_id"] == widget_id), None)
    if place is None:
        return ordered
    target = min(max(place + steps, 0), len(ordered) - 1)
    ordered.insert(target, ordered.pop(place))
    return ordered


def put_at(widgets: Sequence[Widget], widget_id: Any, place: int) -> list[Widget]:
    """In order, with one of them at this place among all."""
    ordered = in_order(widgets)
    before = next((index for index, widget in enumerate(ordered) if widget["_id"] == widget_id), None)
    return ordered if before is None else moved(ordered, widget_id, place - before)


def sized(widgets: Sequence[Widget], widget_id: Any, columns: int, rows: int) -> list[Widget]:
    """In order, with one of them so wide and high, as far as the grid allows."""
    wanted = {SIZE: list(size_of({SIZE: [columns, rows]}))}
    return [{**widget, **wanted} if widget["_id"] == widget_id else widget for widget in in_order(widgets)]


def resized(widgets: Sequence[Widget], widget_id: Any, columns: int, rows: int) -> list[Widget]:
    """In order, with one of them wider or higher by so much."""
    found = []
    for widget in in_order(widgets):
        width, height = size_of(widget)
        size = [width + columns, height + rows] if widget["_id"] == widget_id else [width, height]
        found.append({**widget, SIZE: list(size_of({SIZE: size}))})
    return found


def _bottom(widget: Widget) -> int:
    _, row = _pair(widget.get(POSITION)) or (0, 0)
    return row + size_of(widget)[1]


def _pair(value: Any) -> tuple[int, int] | None:
    if isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(one, int | float) for one in value):
        return int(value[0]), int(value[1])
    return None
