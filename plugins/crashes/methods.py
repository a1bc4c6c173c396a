"""`/o?method=crashes`, `reports` and `user_crashes`."""

from typing import Any

from apps.analytics.reading import ReadError, Reading, as_text
from apps.core import client_queries, client_reads
from plugins.crashes import comments, documents, queries, states, storage, threads
from plugins.crashes.queries import COLUMNS, FILTERS, Search
from plugins.crashes.settings import report_limit
from plugins.crashes.storage import Document

USER_COLUMNS = ("group", "reports", "last")
MOST_REPORTS = 500
GROUP_NOT_FOUND = "Crash group not found"


def crashes(reading: Reading) -> Any:
    if group_id := reading.text("group"):
        return _group(reading, group_id)
    if reading.has("list"):
        return queries.names(reading.application.id)
    if reading.has("graph"):
        return _graph(reading)
    return _groups(reading)


def reports(reading: Reading) -> dict[str, Document]:
    """By their ids."""
    sent = reading.json("report_ids")
    ids = [reading.text("report_id")] if reading.has("report_id") else sent if isinstance(sent, list) else []
    wanted = [text for each in ids[:MOST_REPORTS] if (text := as_text(each))]
    found = {each: storage.report(reading.application.id, each) for each in wanted}
    return {each: report for each, report in found.items() if report is not None}


def user_crashes(reading: Reading) -> dict[str, Any]:
    uid = reading.text("uid")
    if not uid:
        raise ReadError(400, "Please provide user uid")
    column = number(reading, "iSortCol_0", USER_COLUMNS.index("last"))
    rows, total = queries.groups_of_user(
        reading.application.id,
        uid,
        USER_COLUMNS[column] if column < len(USER_COLUMNS) else "last",
        is_descending=reading.text("sSortDir_0") != "asc",
        start=number(reading, "iDisplayStart", 0),
        length=number(reading, "iDisplayLength", queries.MOST_ROWS),
    )
    if reading.has("fromExportAPI"):
        names = storage.names_of_groups(reading.application.id, [row["group"] for row in rows])
        rows = [{**row, "group": names.get(row["group"], row["group"])} for row in rows]
    return _table(reading, rows, total, total)


def _graph(reading: Reading) -> dict[str, Any]:
    application_id = reading.application.id
    data = queries.counters(application_id, reading.period(), reading.text("os"), reading.text("app_version"))
    return {**queries.totals(application_id), "data": data}


def _groups(reading: Reading) -> dict[str, Any]:
    try:
        query = client_queries.read(reading.parameters.get("query"), fields=documents.ASKED_FIELDS)
    except client_queries.InvalidQuery as error:
        raise ReadError(400, str(error)) from error
    column = number(reading, "iSortCol_0", COLUMNS.index("lastTs"))
    wanted = Search(
        text=reading.text("sSearch"),
        query=query,
        filter=reading.text("filter") if reading.text("filter") in FILTERS else "",
        sort=COLUMNS[column] if column < len(COLUMNS) else "lastTs",
        is_descending=reading.text("sSortDir_0") != "asc",
        start=number(reading, "iDisplayStart", 0),
        length=number(reading, "iDisplayLength", Search().length),
    )
    with client_reads.bounded():
        rows, matching, total = queries.groups(reading.application.id, wanted)
    return _table(reading, rows, total, matching)


def _group(reading: Reading, group_id: str) -> Any:
    application_id = reading.application.id
    group = storage.group(application_id, group_id)
    if group is None:
        raise ReadError(400, GROUP_NOT_FOUND)
    if reading.has("userlist"):
        return queries.users(application_id, group)
    answer: dict[str, Any] = {
        **group,
        "total": storage.count_users(application_id),
        "url": documents.share_code(application_id, str(group["_id"])),
        "data": queries.reports(application_id, group, report_limit(reading.application)),
    }
    if "comments" in group:
        answer["comments"] = comments.shown(group, reading.member)
    if found := threads.threads_of(str(group.get("error") or "")):
        answer["threads"] = found
    states.change(application_id, [str(group["_id"])], states.view)
    return answer


def _table(reading: Reading, rows: list[dict[str, Any]], total: int, matching: int) -> dict[str, Any]:
    table: dict[str, Any] = {"iTotalRecords": total, "iTotalDisplayRecords": matching, "aaData": rows}
    if reading.has("sEcho"):
        table["sEcho"] = reading.text("sEcho")[:20]
    return table


def number(reading: Reading, name: str, default: int) -> int:
    text = reading.text(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default
