"""`/o/notes` and `/o?method=notes`: from parameters to a search, and the answer of a table."""

from typing import Any

from apps.accounts import access, people
from apps.accounts.models import Member
from apps.analytics.reading import Reading
from apps.core import json_text
from apps.notes import notes

SORT_COLUMNS = {"2": "ts", "3": "type"}
LONGEST_SEARCH = 200
MOST_ROWS = 5_000
LATEST_MS = 10**15  # far beyond every calendar, and exact as a number of any kind


def answer(reading: Reading) -> dict[str, Any]:
    member = reading.member
    assert member is not None  # the API's checks found one
    rows, total = notes.visible(search_of(reading, member), member)
    return {
        "aaData": rows,
        "iTotalDisplayRecords": total,
        "iTotalRecords": total,
        "sEcho": reading.text("sEcho")[:20] or 1,
    }


def search_of(reading: Reading, member: Member) -> notes.Search:
    start_ms, end_ms = _moments(reading)
    categories = _json(reading, "category")
    return notes.Search(
        application_ids=_application_ids(reading, member),
        start_ms=start_ms,
        end_ms=end_ms,
        note_type=reading.text("note_type")[:20],
        categories=[item for item in categories if isinstance(item, str | bool)]
        if isinstance(categories, list)
        else (),
        text=reading.text("sSearch")[:LONGEST_SEARCH],
        sort=SORT_COLUMNS.get(reading.text("iSortCol_0"), "ts"),
        is_descending=reading.text("sSortDir_0") == "desc",
        start=_number(reading, "iDisplayStart", 0),
        length=max(1, min(_number(reading, "iDisplayLength", MOST_ROWS), MOST_ROWS)),
    )


def _application_ids(reading: Reading, member: Member) -> list[str]:
    """An empty list stands for all that the member has to do with; of what is no list there is nothing to show."""
    if "notes_apps" not in reading.parameters:
        return [reading.application.id]
    wanted = _json(reading, "notes_apps")
    if not isinstance(wanted, list):
        return []
    if wanted:
        return [found for found in wanted if isinstance(found, str)]
    if member.global_admin:
        return [found.id for found in access.readable_applications(member)]
    return people.applications_of(member)[1]


def _moments(reading: Reading) -> tuple[int, int]:
    """Two moments are taken to the millisecond; anything else is a period like those of counters."""
    period = _json(reading, "period")
    if isinstance(period, list) and len(period) == 2 and all(_is_moment(moment) for moment in period):
        return int(period[0]), int(period[1])
    resolved = reading.period()
    return resolved.start_ms, resolved.end_ms


def _is_moment(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= LATEST_MS


def _json(reading: Reading, name: str) -> Any:
    value = reading.parameters.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json_text.parse(value)
    except ValueError:
        return None


def _number(reading: Reading, name: str, default: int) -> int:
    text = reading.text(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
