"""Parts of screens as files: columns and rows of all that shows figures."""

from typing import Any

import pytest
from django.test import RequestFactory

from apps.shell import part_files
from apps.shell.addresses import Address
from apps.shell.charts import Series, Steps, time_chart
from apps.shell.parts import (
    BarChart,
    Breakdown,
    Empty,
    Facts,
    Figures,
    Part,
    PlaceMap,
    PunchCard,
    Tile,
    TimeChart,
    WorldMap,
)
from apps.shell.periods import choose
from apps.shell.visits import Visit

NOON_MS = 1_741_780_800_000  # 12 March 2025
STEPS = Steps(["2025-3-11", "2025-3-12", "2025-3-13"], "day", NOON_MS - 129_600_000, NOON_MS + 129_599_999, "UTC")
CHART = time_chart(STEPS, [Series("t", "Visits", [5, 6, 0], [1, 2, 3])], now_ms=NOON_MS)


def visit(**query: str) -> Visit:
    return Visit(RequestFactory().get("/"), Address(query), choose(query, zone="UTC"), NOON_MS)


def rows_of(part: Part, **query: str) -> list[list[Any]]:
    sheet = part_files.sheet(part, visit(**query), 100)
    assert sheet is not None
    columns, rows = sheet
    return [[str(column.title) for column in columns], *([row.get(column.key) for column in columns] for row in rows)]


CASES: list[tuple[Part, list[list[Any]]]] = [
    (
        TimeChart(id="a", data=CHART, bucket_title="Day"),
        [["Day", "Visits", "Visits before"], ["11 Mar", 5, 1], ["12 Mar", 6, 2]],
    ),
    (
        Figures(id="a", tiles=[Tile(id="t", title="Visits", value=11)], chart=CHART, bucket_title="Day"),
        [["Day", "Visits", "Visits before"], ["11 Mar", 5, 1], ["12 Mar", 6, 2]],
    ),
    (
        Figures(id="a", title="Now", tiles=[Tile(id="t", title="Visits", value=11, previous=9)]),
        [["Now", "Value", "Before"], ["Visits", 11, 9]],
    ),
    (
        BarChart(id="a", labels=["x", "y"], series=[{"title": "All", "values": [1, 2]}], label_title="Group"),
        [["Group", "All"], ["x", 1], ["y", 2]],
    ),
    (
        WorldMap(id="a", title="Countries", rows=[{"code": "DE", "name": "Germany", "value": 3}], measure="Users"),
        [["Countries", "Users", "Code"], ["Germany", 3, "DE"]],
    ),
    (
        PlaceMap(id="a", title="Cities", rows=[{"name": "Bonn", "value": 3, "latitude": 50, "longitude": 7}]),
        [["Cities", "Value"], ["Bonn", 3]],
    ),
    (
        Breakdown(id="a", title="Top", rows=[{"name": "x", "value": 3, "percent": 75.0}], measure="Users"),
        [["Top", "Users", "Percent"], ["x", 3, 75.0]],
    ),
    (Facts(id="a", rows=[{"name": "City", "value": "Bonn"}]), [["Name", "Value"], ["City", "Bonn"]]),
]


@pytest.mark.parametrize(("part", "rows"), CASES, ids=lambda case: type(case).__name__)
def test_a_part_is_a_file_of_what_it_shows(part, rows):
    assert rows_of(part) == rows
    assert [link["link"] for link in part_files.links(part, visit(period="7days"))] == [
        f"?period=7days&export={ending}&table=a" for ending in ("csv", "json", "xlsx")
    ]


def test_what_is_not_compared_is_not_in_the_file():
    assert rows_of(TimeChart(id="a", data=CHART, bucket_title="Day"), compare="none")[0] == ["Day", "Visits"]


def test_hours_of_the_week_are_a_row_per_day():
    rows = rows_of(PunchCard(id="a", values=[[0, 7, *[0] * 22], *[[0] * 24] * 6]))
    assert (len(rows), rows[0][:3], rows[1][:3]) == (8, ["Day", "0:00", "1:00"], ["Monday", 0, 7])


def test_words_are_no_file():
    assert part_files.sheet(Empty(id="a"), visit(), 100) is None
    assert part_files.links(Empty(id="a"), visit()) == []


def test_maps_say_which_kind_of_map_they_are():
    """chart.js draws by that name, and nothing without it."""
    countries = WorldMap(id="a", title="Countries", rows=[{"code": "DE", "name": "Germany", "value": 3}])
    cities = PlaceMap(id="b", title="Cities", rows=[{"name": "Bonn", "value": 3, "latitude": 50, "longitude": 7}])
    assert [part.context(None)["kind"] for part in (countries, cities)] == ["map", "points"]


def test_charts_say_when_there_is_nothing_to_draw():
    empty = {**CHART, "series": [{**CHART["series"][0], "current": [0, None, 0], "previous": [None, 0]}]}
    zero = [{"title": "All", "values": [0, 0]}]
    parts = [
        TimeChart(id="a", data=empty),
        Figures(id="a", tiles=[Tile(id="t", title="Visits", value=0)], chart=empty),
        BarChart(id="a", labels=["x", "y"], series=zero),
    ]
    assert [part.context(visit())["is_empty"] for part in parts] == [True, True, True]
    assert TimeChart(id="a", data=CHART).context(visit())["is_empty"] is False
