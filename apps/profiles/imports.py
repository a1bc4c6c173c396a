"""Takes users over from an export: profiles, and the changes of their metrics. Counters do not change."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apps.aggregation.documents import METRIC_CHANGES_PREFIX, PROFILES_PREFIX
from apps.applications.info import ApplicationInfo
from apps.core import keys
from apps.core.arguments import is_storable
from apps.profiles import storage, updates

MOST_ROWS = 20_000
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


def take_over(application: ApplicationInfo, rows: Any) -> Outcome:
    """Everybody gets a new `uid`; `_id` follows from the application's key. Rows of one user need not stand together.
    Raises InvalidRows, before anything is stored."""
    profiles, changes, skipped = _sorted(rows)
    outcome = Outcome(skipped=skipped)
    uids: dict[str, str] = {}
    for old_uid, device_id, fields in profiles:
        profile_id = keys.user_id(application.key, device_id)
        if storage.one(application.id, {"_id": profile_id}):
            outcome.present += 1
            continue
        uid = storage.next_uid(application.id)
        if storage.insert(application.id, {**fields, "_id": profile_id, "uid": uid, "did": device_id}):
            uids[old_uid] = uid
            outcome.imported += 1
        else:
            outcome.present += 1
    taken = [{**change, "uid": uids[change["uid"]]} for change in changes if change["uid"] in uids]
    storage.insert_changes(application.id, taken)
    outcome.skipped += len(changes) - len(taken)
    return outcome


def _sorted(rows: Any) -> tuple[list[tuple[str, str, dict[str, Any]]], list[dict[str, Any]], int]:
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise InvalidRows(f"An import is a list of at most {MOST_ROWS} rows, as an export has them")
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
                moment = datetime.fromisoformat(row[name])
            except ValueError as error:
                raise InvalidRows(f"{name} is no date") from error
            found[name] = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return found
