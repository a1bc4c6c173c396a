"""`/o?method=views` and `get_view_segments`."""

from collections.abc import Callable, Sequence
from typing import Any

from bson import ObjectId

from apps.aggregation.values import rounded
from apps.analytics.reading import Reading
from apps.core.client_selections import whole_number
from plugins.views import documents, exporting, queries
from plugins.views.queries import Figures, Name
from plugins.views.removal import registry

Row = dict[str, Any]
TABLE_COLUMNS = ("view", "uvalue", "n", "t", "d-calc", "s", "e", "b", "br", "uvc", "scr-calc")
MAX_ROWS = 50_000
MAX_LISTED_NAMES = 10_000  # longer lists are no help in a menu
MAX_SELECTED = 50


def show(reading: Reading) -> Any:
    action = ACTIONS.get(reading.text("action"))
    return action(reading) if action else show_selected(reading)


def show_segments(reading: Reading) -> Row:
    stored = registry(reading.application.id)
    answer: Row = {
        "segments": documents.segments_of(stored),
        "domains": queries.domains(reading.application.id),
    }
    if omitted := documents.omitted_in(stored):
        answer["omit"] = omitted
    return answer


def show_table(reading: Reading) -> Row:
    application_id, period = reading.application.id, reading.period()
    segment = reading.text("segment")
    value = reading.text("segmentVal") if segment else ""
    found: dict[ObjectId, Figures] = {}
    # With a segment, counters lie below its values: without one of these there is nothing to show.
    if not segment or (value and _is_plain(value)):
        units = queries.units_of(period, reading.now_ms)
        found = queries.figures(application_id, units, segment, value)
    names = queries.names(application_id)
    # Clients know a day, month or year by what is stored of it, a range by its sums.
    rows = [_table_row(names[view], one, is_node=not period.is_special) for view, one in found.items() if view in names]
    return _page(reading, rows, TABLE_COLUMNS)


def _table_row(name: Name, found: Figures, *, is_node: bool) -> Row:
    counters = found.counters
    scrolled: float | None = None if is_node and not counters["scr"] else found.scrolled
    row: Row = {
        "_id": str(name.id),
        "u": found.users,
        "uvalue": found.users,
        **counters,
        "d-calc": found.seconds,
        "scr-calc": scrolled,
        "br": int(rounded(found.bounce_rate)),
        "view": name.view,
        "display": name.shown,
    }
    if is_node:
        row["vw"] = str(name.id)
    if name.url:
        row["url"] = name.url
    return row


def show_names_table(reading: Reading) -> Row:
    rows: list[Row] = []
    for name in queries.names(reading.application.id).values():
        rows.append({**_listed_name(name), "sortcol": name.shown})
    return _page(reading, rows, ("sortcol", "view"))


def list_names(reading: Reading) -> list[Row]:
    if queries.number_of_names(reading.application.id) >= MAX_LISTED_NAMES:
        return []
    return [_listed_name(name) for name in queries.names(reading.application.id).values()]


def _listed_name(name: Name) -> Row:
    return {"_id": str(name.id), "view": name.view, **({"display": name.display} if name.display else {})}


def show_totals(reading: Reading) -> Row:
    units = queries.units_of(reading.period(), reading.now_ms)
    totals = queries.totals(queries.figures(reading.application.id, units).values())
    return {"_id": None, **{counter: totals[counter] for counter in ("t", "s", "b", "uvc")}}


def count_views(reading: Reading) -> Row:
    return {"result": queries.number_of_names(reading.application.id)}


def show_export_query(reading: Reading) -> Row:
    segment = reading.text("segment")
    value = reading.text("segmentVal") if segment else ""
    units = queries.units_of(reading.period(), reading.now_ms)
    return {
        "db": "countly",
        "collection": documents.data_collection(reading.application.id, segment),
        "pipeline": exporting.pipeline(reading.application.id, units, value if _is_plain(value) else ""),
    }


def show_selected(reading: Reading) -> Row:
    selected = reading.json("selectedViews")
    ids = [
        ObjectId(one["view"])
        for one in (selected if isinstance(selected, list) else ())
        if isinstance(one, dict) and isinstance(one.get("view"), str) and ObjectId.is_valid(one["view"])
    ][:MAX_SELECTED]
    if not ids:
        return {"appID": reading.application.id, "data": []}
    segment = reading.text("segment")
    names = queries.names(reading.application.id, ids)
    trees = queries.trees(reading.application.id, [view for view in ids if view in names], reading.period(), segment)
    data: Row = {}
    for view, tree in trees.items():
        data[str(view)] = {segment or documents.NO_SEGMENT_NAME: {"meta": {}, **tree}}
        data[f"{view}_name"] = names[view].shown
    return {"appID": reading.application.id, "data": data}


def _is_plain(value: str) -> bool:
    """As values are stored: what else is asked for was never counted."""
    return "." not in value and not value.startswith("$") and "\0" not in value


def _page(reading: Reading, rows: list[Row], columns: Sequence[str]) -> Row:
    """In the protocol of DataTables."""
    if search := reading.text("sSearch").casefold():
        rows = [row for row in rows if search in str(row.get("display") or row["view"]).casefold()]
    column = columns[whole_number(reading.text("iSortCol_0"), 0, largest=len(columns) - 1)]
    if column == "view":
        column = "display" if rows and "display" in rows[0] else "view"
    rows.sort(
        key=lambda row: (row.get(column) is not None, row.get(column)), reverse=reading.text("sSortDir_0") == "desc"
    )
    start = whole_number(reading.text("iDisplayStart"), 0, largest=2**31 - 1)
    length = whole_number(reading.text("iDisplayLength"), MAX_ROWS, largest=MAX_ROWS) or MAX_ROWS
    answer: Row = {"sEcho": reading.text("sEcho")[:20]} if reading.has("sEcho") else {}
    # Clients know both numbers as that of the rows that were found.
    total = len(rows)
    return answer | {
        "iTotalRecords": total,
        "iTotalDisplayRecords": total,
        "aaData": rows[start : start + length],
    }


ACTIONS: dict[str, Callable[[Reading], Any]] = {
    "getTable": show_table,
    "getTableNames": show_names_table,
    "getTotals": show_totals,
    "getExportQuery": show_export_query,
    "get_view_count": count_views,
    "listNames": list_names,
}
