"""`/o?method=user_details`: a table of users, one user, or what one user's history is."""

from functools import partial
from typing import Any

from apps.accounts import access
from apps.analytics.reading import ReadError, Reading
from apps.core import client_queries, client_reads
from apps.profiles import listing
from apps.profiles.validation import FIELDS

COLUMNS = ("uid", "did", "name", "email", "sc", "tsd", "lac", "fs", "cc", "p", "av", "d")


def user_details(reading: Reading) -> Any:
    uid, device_id = reading.text("uid"), reading.text("did")
    if uid or device_id:
        find = listing.by_uid if uid else listing.by_device_id
        user = find(reading.application.id, uid or device_id)
        if user is None:
            raise ReadError(404, "User not found")
        if reading.text("calculate") == "history":
            may_read = partial(access.can_read, reading.member, reading.application.id)
            moments = listing.timeline(reading.application.id, user, may_read)
            return [{**moment.details, "ts": moment.at, "kind": moment.kind} for moment in moments]
        return user
    return _table(reading)


def _table(reading: Reading) -> dict[str, Any]:
    try:
        query = client_queries.read(reading.parameters.get("query"), fields=FIELDS)
    except client_queries.InvalidQuery as error:
        raise ReadError(400, str(error)) from error
    column = _number(reading, "iSortCol_0", COLUMNS.index("lac"))
    wanted = listing.Search(
        text=reading.text("sSearch"),
        query=query,
        sort=COLUMNS[column] if column < len(COLUMNS) else "lac",
        is_descending=reading.text("sSortDir_0") != "asc",
        start=_number(reading, "iDisplayStart", 0),
        length=_number(reading, "iDisplayLength", 50),
    )
    with client_reads.bounded():
        rows, matching, total = listing.search(reading.application.id, wanted)
    return {
        "sEcho": reading.text("sEcho")[:20],
        "iTotalRecords": total,
        "iTotalDisplayRecords": matching,
        "aaData": rows,
    }


def _number(reading: Reading, name: str, default: int) -> int:
    text = reading.text(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
