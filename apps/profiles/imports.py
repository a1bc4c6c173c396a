"""Takes users over from an export: profiles, and the changes of their metrics. Counters do not change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from pymongo.client_session import ClientSession

from apps.aggregation.documents import METRIC_CHANGES_PREFIX, PROFILES_PREFIX
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.core import client_queries, keys, mongo
from apps.core.arguments import is_storable
from apps.profiles import storage, updates

MOST_ROWS = 5_000  # while somebody waits for the answer
MOST_ROWS_OF_A_TASK = 2_000_000
MOST_BYTES = 256 * 1024 * 1024  # of a file
USERS_PER_WRITE = 200
CHANGES_PER_WRITE = 1_000
LONGEST_ID = 4_096
TIMES = ("lu", "cd")  # BSON dates; an export has them as text
Row = tuple[str, str, dict[str, Any]]  # old uid, device id, the other fields of a profile
NOT_TAKEN = ("_id", "_col", "uid", "did", "appUserExport")


class InvalidRows(ValueError):
    """The message says to people what is wrong."""


class DataRemoved(Exception):
    """Data of the application, or the application itself, was removed while users were imported."""

    def __init__(self) -> None:
        super().__init__("Data of the application was removed meanwhile: the import ends here")


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

    Raises InvalidRows, before anything is stored, and DataRemoved: what was stored until then is gone as well.
    """
    profiles, changes, skipped = _sorted(rows, most)
    current = lookup.fresh_by_ids([application.id]).get(application.id)
    if current is None:
        raise DataRemoved
    outcome = Outcome(skipped=skipped)
    of_user: dict[str, list[dict[str, Any]]] = {}
    for change in changes:
        of_user.setdefault(change["uid"], []).append(change)
    for start in range(0, len(profiles), USERS_PER_WRITE):
        progress(start / len(profiles))
        chosen = profiles[start : start + USERS_PER_WRITE]
        new = mongo.in_transaction(partial(_insert, current, chosen))
        taken = [{**change, "uid": uid} for uid, old_uid in new.items() for change in of_user.pop(old_uid, [])]
        for first in range(0, len(taken), CHANGES_PER_WRITE):
            some = taken[first : first + CHANGES_PER_WRITE]
            mongo.in_transaction(partial(_insert_changes, current, some))
        storage.note_change(application.id)
        outcome.imported += len(new)
        outcome.present += len(chosen) - len(new)
    outcome.skipped += sum(len(left) for left in of_user.values())
    return outcome


def _insert(application: ApplicationInfo, rows: list[Row], session: ClientSession) -> dict[str, str]:
    """The new `uid` -> the old one, of those who were not there."""
    by_id: dict[str, Row] = {}
    for row in rows:
        by_id.setdefault(keys.user_id(application.key, row[1]), row)
    for profile_id in storage.ids_there(application.id, list(by_id), session):
        del by_id[profile_id]
    if not by_id:
        return {}
    uids = _uids(application, len(by_id), session)
    new = [
        {**fields, "_id": profile_id, "uid": uid, "did": device_id}
        for uid, (profile_id, (_, device_id, fields)) in zip(uids, by_id.items(), strict=True)
    ]
    storage.insert_many(application.id, new, session)
    return {uid: old_uid for uid, (old_uid, _, _) in zip(uids, by_id.values(), strict=True)}


def _insert_changes(application: ApplicationInfo, changes: list[dict[str, Any]], session: ClientSession) -> None:
    _uids(application, 1, session)  # given to nobody: whoever draws one sees to it that the data stays
    storage.insert_changes(application.id, [dict(change) for change in changes], session)


def _uids(application: ApplicationInfo, number: int, session: ClientSession) -> list[str]:
    uids = storage.reserve_uids(application.id, application.generation, number, session)
    if uids is None:
        raise DataRemoved
    return uids


def _sorted(rows: Any, most: int) -> tuple[list[Row], list[dict[str, Any]], int]:
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


def _profile(row: dict[str, Any]) -> Row:
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
