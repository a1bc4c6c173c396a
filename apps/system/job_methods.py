"""`/o?method=jobs` and `suspend_job`: what runs when, and how it went."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from bson import ObjectId

from apps.analytics.methods import METHODS, ReadMethod
from apps.analytics.reading import Reading
from apps.core.client_selections import whole_number
from apps.plugin_api import audit
from apps.system import job_records
from apps.system.job_records import STATUS_NAMES, Run

GROUP_COLUMNS = ("name", "schedule", "next", "finished", "status", "total")
RUN_COLUMNS = ("schedule", "next", "finished", "status", "data", "duration")
MAX_SHOWN = 1_000
FAILED = {
    "result": False,
    "message": "Updating job status failed. Please check API logs",
}
NOT_FOUND = {"result": False, "message": "Updating job status failed, please check api logs"}

Row = dict[str, Any]


def register() -> None:
    METHODS.register("jobs", ReadMethod(show, is_for_global_admins=True))
    METHODS.register("suspend_job", ReadMethod(suspend, is_for_global_admins=True))


def show(reading: Reading) -> dict[str, Any]:
    name = reading.text("name")
    if name:
        return _table(reading, [_shown(run) for run in job_records.runs({"name": name})], RUN_COLUMNS)
    return _table(reading, groups(), GROUP_COLUMNS)


def suspend(reading: Reading) -> dict[str, Any]:
    run_id, is_suspended = reading.text("id"), reading.text("suspend") == "true"
    if not ObjectId.is_valid(run_id):
        return FAILED
    if not job_records.suspend(ObjectId(run_id), is_suspended):
        return NOT_FOUND
    audit.record("job_suspended" if is_suspended else "job_resumed", {"_id": run_id}, member=reading.member)
    return {"result": True, "message": f"Job {'suspended' if is_suspended else 'scheduled'} successfully"}


def groups() -> list[Row]:
    """One row per job: how it stands, and when it ended last."""
    newest: dict[str, Run] = {}
    finished: dict[str, int] = {}
    totals: Counter[str] = Counter()
    for run in job_records.runs({}):
        name = str(run["name"])
        totals[name] += 1
        if run.get("current") or name not in newest:
            newest[name] = run
        if run.get("finished"):
            finished[name] = max(finished.get(name, 0), int(run["finished"]))
    return [
        {
            "_id": name,
            "name": name,
            "status": status_of(run),
            "schedule": run.get("schedule"),
            "next": run.get("next"),
            "finished": finished.get(name),
            "total": totals[name],
            "rowId": str(run["_id"]),
        }
        for name, run in newest.items()
    ]


def _shown(run: Run) -> Row:
    shown = {name: value for name, value in run.items() if name not in ("lease", "current")}
    return {**shown, "_id": str(run["_id"]), "status": status_of(run)}


def status_of(run: Run) -> str:
    number = run.get("status")
    is_known = isinstance(number, int) and 0 <= number < len(STATUS_NAMES)
    return STATUS_NAMES[number] if is_known else str(number)  # type: ignore[index]  # an int here


def _table(reading: Reading, rows: list[Row], columns: tuple[str, ...]) -> dict[str, Any]:
    total = len(rows)
    if search := reading.text("sSearch").casefold():
        rows = [row for row in rows if search in str(row.get("name")).casefold()]
    column = columns[whole_number(reading.text("iSortCol_0"), 0, largest=len(columns) - 1)]
    rows.sort(key=_by(column), reverse=reading.text("sSortDir_0") == "desc")
    start = whole_number(reading.text("iDisplayStart"), 0, largest=2**31)
    length = whole_number(reading.text("iDisplayLength"), MAX_SHOWN, largest=MAX_SHOWN) or MAX_SHOWN
    return {
        "sEcho": reading.parameters.get("sEcho"),
        "iTotalRecords": total,
        "iTotalDisplayRecords": len(rows),
        "aaData": rows[start : start + length],
    }


def _by(column: str) -> Callable[[Row], Any]:
    """Numbers before texts, what is missing before both."""

    def key(row: Row) -> tuple[int, Any]:
        value = row.get(column)
        if value is None:
            return (0, 0)
        return (1, value) if isinstance(value, int | float) else (2, str(value))

    return key
