"""Tables: what an address asks for in, the rows of one page out; and the same as files."""

import csv
import io
import zipfile

import orjson
import pytest
from django.test import RequestFactory

from apps.shell import part_files, table_files
from apps.shell.addresses import Address
from apps.shell.periods import choose
from apps.shell.tables import Column, Table, TableQuery, plain_rows
from apps.shell.visits import Visit

COLUMNS = [Column("name", "Name", "name"), Column("t", "Visits"), Column("trend", "Trend", "spark")]
ROWS = [{"name": f"page {number:02}", "t": number % 7, "trend": [1, 2]} for number in range(30)]


def visit(query: dict[str, str] | None = None) -> Visit:
    request = RequestFactory().get("/")
    return Visit(request, Address(query or {}), choose({}, zone="UTC"), 0)


def table(**more) -> Table:
    return Table(**{"id": "table", "title": "Pages", "columns": COLUMNS, "rows": ROWS, "sort": "-t", **more})


def names(context) -> list[str]:
    return [row["cells"][0]["value"] for row in context["shown_rows"]]


def test_first_page_is_sorted_as_the_table_says():
    context = table().context(visit())
    assert names(context)[:5] == ["page 06", "page 13", "page 20", "page 27", "page 05"]
    assert (context["first"], context["last"], context["total"]) == (1, 10, 30)
    assert (context["previous_link"], context["next_link"]) == ("", "?page=2")


def test_address_sorts_searches_and_pages():
    context = table().context(visit({"sort": "name", "page": "3", "size": "10", "period": "7days"}))
    assert names(context)[0] == "page 20"
    assert context["next_link"] == ""
    assert context["previous_link"] == "?sort=name&size=10&period=7days&page=2"
    found = table().context(visit({"q": " PAGE 2", "page": "9"}))
    assert (found["total"], found["first"], found["last"]) == (10, 1, 10)


@pytest.mark.parametrize(
    "query",
    [{"sort": "-$where"}, {"sort": "-trend;"}, {"page": "-1"}, {"page": "1e9"}, {"size": "100000"}, {"page": "²"}],
)
def test_what_an_address_cannot_ask_for_counts_as_not_asked(query):
    assert names(table().context(visit(query))) == names(table().context(visit()))


def test_address_chooses_columns_for_the_screen_and_for_files():
    columns = [*COLUMNS, Column("s", "Sum", is_shown=False), Column("d", "Time")]
    found = table(columns=columns, rows=[{"name": "a", "t": 1, "s": 2, "d": 3}])

    def shown(query: dict[str, str]) -> list[str]:
        return [column.key for column in found.shown_columns(visit(query))]

    assert shown({}) == ["name", "t", "trend", "d"]
    assert shown({"columns": "d,s,name,no"}) == ["name", "s", "d"]
    assert shown({"columns": "no"}) == shown({})

    def choices(query: dict[str, str]) -> dict[str, str]:
        return {choice["title"]: choice["columns"] for choice in found.column_choices(visit(query))}

    assert (choices({})["Sum"], choices({})["Visits"]) == ("t,trend,s,d", "trend,d")
    assert choices({"columns": "trend,d"})["Visits"] == ""  # the table's own again
    assert choices({"columns": "d"})["Time"] == "d"
    assert saved_columns(found, visit({"columns": "s"})) == [columns[0], columns[3]]
    assert table(columns=COLUMNS[:2]).column_choices(visit()) == []


def test_columns_that_the_member_chose_last_are_shown_where_the_address_names_none():
    found = table(columns=[*COLUMNS, Column("d", "Time")])
    look = visit({"sort": "t"})
    look.chosen_columns = {"table": ["d", "no"]}
    assert [column.key for column in found.shown_columns(look)] == ["name", "d"]
    assert found.context(look)["has_own_columns"] is False
    assert [column.key for column in saved_columns(found, look)] == ["name", "d"]
    look.address = Address({"columns": "t"})
    assert [column.key for column in found.shown_columns(look)] == ["name", "t"]
    look.address = Address({})
    look.chosen_columns = {"another": ["d"], "table": ["gone"]}
    assert found.context(look)["has_own_columns"] is True


def test_page_beyond_the_last_is_the_last():
    assert names(table().context(visit({"page": "4000"})))[-1] == "page 28"


def test_header_turns_the_order_around_and_begins_anew():
    headers = table().context(visit({"page": "2"}))["headers"]
    assert [header["direction"] for header in headers] == ["", "descending", ""]
    assert headers[1]["link"] == "?sort=t"
    assert headers[0]["link"] == "?sort=name"


def test_tables_of_one_screen_have_states_of_their_own():
    shown = visit({"q": "29", "versions_q": "page 1"})
    assert table().context(shown)["total"] == 1
    assert table(id="versions").context(shown)["total"] == 10


def test_database_is_asked_for_one_page():
    asked = []

    def fetch(query: TableQuery):
        asked.append(query)
        return ROWS[query.offset : query.offset + query.size], len(ROWS)

    context = table(rows=(), fetch=fetch).context(visit({"page": "2", "size": "25", "sort": "name", "q": "x"}))
    assert asked == [TableQuery("x", "name", False, 2, 25)]
    assert (context["first"], context["last"], context["shows_search"]) == (26, 30, True)


def saved_columns(found: Table, look: Visit) -> list[Column]:
    sheet = part_files.sheet(found, look, 10)
    assert sheet is not None
    return part_files.shown(found, look, sheet[0])


def test_missing_values_sort_below_all_others():
    rows = [{"name": "a", "t": None}, {"name": "b", "t": 0}, {"name": "c"}, {"name": "d", "t": 4}]
    assert names(table(rows=rows).context(visit())) == ["d", "b", "a", "c"]


# Files ---------------------------------------------------------------------------------------------------------------
FILE_COLUMNS = [Column("name", "Name", "name"), Column("at", "Seen", "moment"), Column("t", "=Visits")]
FILE_ROWS = [["=cmd|' /C calc'!A0", 0, -5], ["@sum", 1_741_780_800, 2.5], ['Grüße, "Welt"', None, None]]


def test_csv_defuses_formulas_but_not_numbers():
    answer = table_files.answer("csv", "Pages", FILE_COLUMNS, FILE_ROWS)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["Name", "Seen (UTC)", "'=Visits"],
        ["'=cmd|' /C calc'!A0", "1970-01-01 00:00:00", "-5"],
        ["'@sum", "2025-03-12 12:00:00", "2.5"],
        ['Grüße, "Welt"', "", ""],
    ]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_json_keeps_values_as_they_are():
    answer = table_files.answer("json", "Pages", FILE_COLUMNS, FILE_ROWS)
    assert orjson.loads(answer.content)[0] == {"name": "=cmd|' /C calc'!A0", "at": 0, "t": -5}


def test_excel_holds_texts_and_numbers_and_no_formulas():
    answer = table_files.answer("xlsx", "Pages", FILE_COLUMNS, FILE_ROWS)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet, texts = (book.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "sharedStrings"))
    assert "<f>" not in sheet
    assert "<v>-5</v>" in sheet
    assert "=cmd|' /C calc'!A0" in texts


@pytest.mark.parametrize(
    ("title", "header"),
    [
        ("Events - Shop (6 Mar 2025)", 'attachment; filename="Events - Shop (6 Mar 2025).json"'),
        ("Besuche März", "attachment; filename*=utf-8''Besuche%20M%C3%A4rz.json"),
        ('a"b\r\nSet-Cookie: x/..', 'attachment; filename="a_b_Set-Cookie_ x_.json"'),
        ("", 'attachment; filename="table.json"'),
    ],
)
def test_name_of_a_file_is_harmless(title, header):
    assert table_files.answer("json", title, FILE_COLUMNS, FILE_ROWS)["Content-Disposition"] == header


def test_file_holds_all_pages_of_what_was_searched_but_no_sparklines():
    found = table()
    assert [column.key for column in saved_columns(found, visit())] == ["name", "t"]
    rows = found.all_rows(found.query(visit({"q": "page 1", "page": "2"})), limit=8)
    assert len(rows) == 8
    assert plain_rows(saved_columns(found, visit()), rows[:1]) == [["page 13", 6]]
