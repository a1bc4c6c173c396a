"""Tables that the server sorts, searches and cuts into pages; their state stands in the address."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from apps.shell import charts
from apps.shell.parts import Part

if TYPE_CHECKING:
    from apps.shell.visits import Visit

SIZES = (10, 25, 50, 100)
DEFAULT_SIZE = 10
FEWEST_COLUMNS = 2  # so many leave nothing to choose
LAST_PAGE = 1_000_000
TEXTS = ("name", "text", "mark")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    key: str  # in the rows
    title: str
    #: "name" (text that may be long, one per table), "text", "count", "decimal", "percent", "duration" (seconds),
    #: "moment" (unix seconds), "spark" (list of numbers), "bar" (percent, drawn), "mark" (text on a color of the
    #: palette: "_color" of the row)
    kind: str = "count"
    is_sortable: bool = True
    is_shown: bool = True  # until people choose others

    @property
    def is_number(self) -> bool:
        return self.kind not in (*TEXTS, "moment", "spark", "bar")


@dataclass(frozen=True, slots=True)
class TableQuery:
    search: str = ""
    sort: str = ""
    descending: bool = True
    page: int = 1
    size: int = DEFAULT_SIZE

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size


#: Answers with the rows of the page that is asked for, and how many rows there are in all.
Fetch = Callable[[TableQuery], tuple[Sequence[Row], int]]


@dataclass(kw_only=True)
class Table(Part):
    """All `rows` at once, or `fetch` where the database should search, sort and cut. Rows are mappings by column key;
    beside them "_key" (identity, for updates in place), "_href" (the name becomes a link), "_code" (small, behind the
    name)."""

    template = "shell/parts/table.html"

    columns: Sequence[Column]
    rows: Sequence[Row] = ()
    fetch: Fetch | None = None
    sort: str = ""  # column key, with "-" in front for descending; "" keeps the order of the rows
    is_searchable: bool = True
    search_title: str = ""
    nothing: str = ""
    size: int = DEFAULT_SIZE
    selects: str = ""  # id of a form: rows can be ticked, and their keys are its fields `selected`

    # The state ---------------------------------------------------------------------------------------------------
    def parameter(self, name: str) -> str:
        """A screen may hold several tables: those not called "table" put their id in front."""
        return _parameter(self.id, name)

    def query(self, visit: "Visit") -> TableQuery:
        address = visit.address
        wanted = address.get(self.parameter("sort"))
        known = {column.key for column in self.columns if column.is_sortable}
        sort = wanted if wanted.removeprefix("-") in known else self.sort
        size = address.get(self.parameter("size"))
        return TableQuery(
            search=address.get(self.parameter("q")).strip()[:200],
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
            page=_page(address.get(self.parameter("page"))),
            size=int(size) if size in map(str, SIZES) else self.size,
        )

    def shown_columns(self, visit: "Visit") -> list[Column]:
        """The first one, by which rows are known, and those that the address names, else those that the member chose
        last, in the order of the table."""
        chosen = self._among(visit.address.get(columns_parameter(self.id)).split(","))
        if not chosen and len(self.columns) > FEWEST_COLUMNS:
            chosen = self._among(visit.chosen_columns.get(self.id, ()))
        return [*self.columns[:1], *(chosen or self._among(self.usual_columns))]

    def _among(self, keys: Sequence[str]) -> list[Column]:
        return [column for column in self.columns[1:] if column.key in keys]

    def column_choices(self, visit: "Visit") -> list[dict[str, Any]]:
        """Each with the columns that there are once it is shown or hidden; the last one stays. "" are the table's own.
        Empty where there is no choice."""
        if len(self.columns) <= FEWEST_COLUMNS:
            return []
        shown = [column.key for column in self.shown_columns(visit)[1:]]
        choices = []
        for column in self.columns[1:]:
            keys = [
                each.key for each in self.columns[1:] if (each.key in shown) is not (each.key == column.key)
            ] or shown
            text = "" if keys == self.usual_columns else ",".join(keys)
            choices.append({"title": column.title, "is_shown": column.key in shown, "columns": text})
        return choices

    @property
    def usual_columns(self) -> list[str]:
        return [column.key for column in self.columns[1:] if column.is_shown]

    # The rows ----------------------------------------------------------------------------------------------------
    def found(self, query: TableQuery) -> tuple[Sequence[Row], int]:
        if self.fetch is not None:
            return self.fetch(query)
        rows = self.sorted(self.searched(query.search), query)
        return rows[query.offset : query.offset + query.size], len(rows)

    def all_rows(self, query: TableQuery, limit: int) -> Sequence[Row]:
        """What an export holds: the search counts, pages do not."""
        if self.fetch is not None:
            return self.fetch(TableQuery(query.search, query.sort, query.descending, 1, limit))[0]
        return self.sorted(self.searched(query.search), query)[:limit]

    def searched(self, text: str) -> Sequence[Row]:
        wanted = text.casefold()
        names = [column.key for column in self.columns if column.kind in TEXTS]
        if not wanted:
            return self.rows
        return [row for row in self.rows if any(wanted in str(row.get(name, "")).casefold() for name in names)]

    def sorted(self, rows: Sequence[Row], query: TableQuery) -> Sequence[Row]:
        if not query.sort:
            return rows
        return sorted(rows, key=lambda row: _sort_key(row.get(query.sort)), reverse=query.descending)

    # What is shown -----------------------------------------------------------------------------------------------
    def context(self, visit: "Visit") -> dict[str, Any]:
        query = self.query(visit)
        rows, total = self.found(query)
        last_page = max(1, math.ceil(total / query.size))
        if query.page > last_page:
            query = TableQuery(query.search, query.sort, query.descending, last_page, query.size)
            rows, total = self.found(query)
        link = visit.address.link
        page, sort, size = (self.parameter(name) for name in ("page", "sort", "size"))
        columns = self.shown_columns(visit)
        return {
            "query": query,
            "column_choices": self.column_choices(visit),
            "has_own_columns": [column.key for column in columns[1:]] == self.usual_columns,
            "here": visit.request.get_full_path(),
            "headers": [self._header(column, query, visit) for column in columns],
            "shown_rows": [
                {
                    "key": row.get("_key") or row.get(self.columns[0].key),
                    "cells": [_cell(column, row) for column in columns],
                }
                for row in rows
            ],
            "total": total,
            "first": query.offset + 1 if total else 0,
            "last": query.offset + len(rows),
            "previous_link": link({page: query.page - 1 if query.page > 2 else None}) if query.page > 1 else "",
            "next_link": link({page: query.page + 1}) if query.page < last_page else "",
            "sizes": [
                {"size": number, "link": link({size: number, page: None}), "is_current": number == query.size}
                for number in SIZES
            ],
            "search_name": self.parameter("q"),
            "kept": visit.address.without(self.parameter("q"), page),
            "shows_search": self.is_searchable
            and (total > DEFAULT_SIZE or bool(query.search) or self.fetch is not None),
            "shows_pages": total > min(SIZES),
            "nothing_text": gettext("Nothing matches the search") if query.search else self.nothing,
            "sort_name": sort,
        }

    def _header(self, column: Column, query: TableQuery, visit: "Visit") -> dict[str, Any]:
        is_current = column.key == query.sort
        begins_descending = column.kind not in TEXTS
        descending = not query.descending if is_current else begins_descending
        changes = {self.parameter("sort"): f"{'-' if descending else ''}{column.key}", self.parameter("page"): None}
        return {
            "column": column,
            "direction": ("descending" if query.descending else "ascending") if is_current else "",
            "link": visit.address.link(changes) if column.is_sortable else "",
        }


def _cell(column: Column, row: Row) -> dict[str, Any]:
    value = row.get(column.key)
    cell = {"kind": column.kind, "value": value, "is_number": column.is_number}
    if column.kind == "name":
        cell |= {"href": row.get("_href", ""), "code": row.get("_code", "")}
    elif column.kind == "mark":
        cell["color"] = row.get("_color")
    elif column.kind == "bar":
        cell["value"] = value or 0
    elif column.kind == "spark":
        cell["points"] = charts.sparkline(value or ())
    return cell


def columns_parameter(table: str) -> str:
    """Of the address, for the table with that id."""
    return _parameter(table, "columns")


def _parameter(table: str, name: str) -> str:
    return name if table == "table" else f"{table}_{name}"


def _page(text: str) -> int:
    return min(LAST_PAGE, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) else 1


def _sort_key(value: object) -> tuple[int, Any]:
    """Nothing is less than any number, a number less than any text."""
    if value is None:
        return (0, 0)
    if isinstance(value, int | float):
        return (1, value)
    return (2, str(value).casefold())


def plain_rows(columns: Sequence[Column], rows: Iterable[Row]) -> list[list[Any]]:
    """As files carry them: numbers as numbers, nothing shortened."""
    return [[row.get(column.key) for column in columns] for row in rows]
