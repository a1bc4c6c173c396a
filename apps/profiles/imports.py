"""Takes users over from an export: profiles, and the changes of their metrics. Counters do not change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.aggregation.documents import METRIC_CHANGES_PREFIX, PROFILES_PREFIX
from apps.applications.info import ApplicationInfo
from apps.core import client_queries, keys
from apps.core.arguments import is_storable
from apps.profiles import storage, updates

MOST_ROWS = 5_000  # while somebody waits for the answer
MOST_ROWS_OF_A_TASK = 2_000_000
MOST_BYTES = 256 * 1024 * 1024  # of a file
TOLD_EVERY = 200  # users
LONGEST_ID = 4_096
TIMES = ("lu", "cd")  # BSON dates; an export has them as text
NOT_TAKEN = ("_id", "_col", "uid", "did", "appUserExport")


class InvalidRows(ValueError):
    """The message says to people what is wrong."""


@dataclass(slots=True)
class Outcome:
    imported: int = 0  # users
    present: int = 0  # users that are there already, and stay as they are
    skipped: int = 0  # rows of other collections, or of users that are not taken over

    def numbers(self) -> dict[str, int]:
        return {"imported": self.imported, "present": self.present, "skipped": self.skipped}


def take_over(
    application: ApplicationInfo,
    rows: Any,
    *,
    most: int = MOST_ROWS,
    progress: Callable[[float], None] = lambda share: None,
) -> Outcome:
    """Everybody gets a new `uid`; `_id` follows from the application's key. Rows of one user need not stand together.
    Raises InvalidRows, before anything is stored."""
    profiles, changes, skipped = _sorted(rows, most)
    outcome = Outcome(skipped=skipped)
    of_user: dict[str, list[dict[str, Any]]] = {}
    for change in changes:
        of_user.setdefault(change["uid"], []).append(change)
    taken: list[dict[str, Any]] = []
    for number, (old_uid, device_id, fields) in enumerate(profiles):
        if number % TOLD_EVERY == 0:
            storage.insert_changes(application.id, taken)  # before `progress`, which may break off
            taken = []
            progress(number / len(profiles))
        if uid := _inserted(application, device_id, fields):
            taken += [{**change, "uid": uid} for change in of_user.pop(old_uid, [])]
            outcome.imported += 1
        else:
            outcome.present += 1
    storage.insert_changes(application.id, taken)
    outcome.skipped += sum(len(left) for left in of_user.values())
    return outcome


def _inserted(application: ApplicationInfo, device_id: str, fields: dict[str, Any]) -> str:
    """The new `uid`; "" when somebody with this device id is there."""
    profile_id = keys.user_id(application.key, device_id)
    if storage.one(application.id, {"_id": profile_id}):
        return ""
    uid = storage.next_uid(application.id)
    profile = {**fields, "_id": profile_id, "uid": uid, "did": device_id}
    return uid if storage.insert(application.id, profile) else ""


def _sorted(rows: Any, most: int) -> tuple[list[tuple[str, str, dict[str, Any]]], list[dict[str, Any]], int]:
    if not isinstance(rows, list) or len(rows) > most:
        raise InvalidRows(f"An import is a list of at most {most} rows, as an export has them")
    profiles, changes, skipped = [], [], 0
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("_col"), str):
            raise InvalidRows("Each row of an import is an object that names its collection in _col")
        if row["_col"].startswith(PROFILES_PREFIX):
            profiles.append(_profile(row))
        elif row["_col"].startswith(METRIC_CHANGES_PREFIX):
            changes.append(_change(row))
        else:
            skipped += 1
    return profiles, changes, skipped


def _profile(row: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    device_id = row.get("did")
    if not isinstance(device_id, str) or not 0 < len(device_id) <= LONGEST_ID:
        raise InvalidRows("A profile needs a device id in did")
    fields = {name: value for name, value in row.items() if name in updates.UPDATABLE and name not in NOT_TAKEN}
    try:
        checked = {name: updates.check_field(name, value) for name, value in fields.items()}
    except updates.InvalidUpdate as error:
        raise InvalidRows(str(error)) from error
    return str(row.get("uid")), device_id, {**checked, **_times(row)}


def _change(row: dict[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in row.items() if name not in NOT_TAKEN and name not in TIMES}
    if not isinstance(row.get("uid"), str) or type(row.get("ts")) not in (int, float) or not is_storable(fields):
        raise InvalidRows("A change of metrics needs uid and ts, and fields that can be stored")
    return {**fields, "uid": row["uid"], **_times(row)}


def _times(row: dict[str, Any]) -> dict[str, datetime]:
    found = {}
    for name in TIMES:
        if isinstance(row.get(name), str):
            try:
                found[name] = client_queries.value({"$date": row[name]})
            except client_queries.InvalidQuery as error:
                raise InvalidRows(f"{name} is no date") from error
    return found
