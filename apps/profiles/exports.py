"""All that is stored of users, put together in `exports` for them to have, and read from there."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bson import ObjectId
from pymongo.client_session import ClientSession

from apps.aggregation.documents import INTERNAL_FIELDS
from apps.aggregation.user_data import USER_DATA
from apps.applications import data
from apps.core import client_reads, mongo
from apps.core.client_queries import Filter
from apps.profiles import storage

MOST_USERS = 1_000  # while somebody waits for the answer
MOST_USERS_OF_A_TASK = 1_000_000
MOST_MS_OF_A_TASK = 3_600_000
USERS_PER_STEP = 200
NAME = re.compile(r"[A-Za-z0-9_.-]{1,200}")
EXPORT = re.compile(r"appUser_(?P<application>[0-9a-f]{24})_(?P<users>HASH_[0-9a-f]{40}|[0-9A-Za-z]+)")


class NoUser(Exception):
    """Nobody matches."""


class TooManyUsers(Exception):
    """More than may be exported in this way match."""


class UsersDeleted(Exception):
    """Of those in an export, while it was made."""


class InvalidName(ValueError):
    """No name of an export of users."""


def make(
    application_id: str,
    wanted: Filter,
    *,
    most: int,
    most_ms: int = client_reads.MAX_TIME_MS,
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[str, list[str]]:
    """The export's id, and who is in it. `most_ms`: for finding them. Raises NoUser, TooManyUsers, InvalidQuery, and
    UsersDeleted: then there is no export."""
    with client_reads.bounded(most_ms):
        users = storage.matching(application_id, wanted, most + 1)
    if not users:
        raise NoUser
    if len(users) > most:
        raise TooManyUsers
    uids = sorted(str(user.get("uid")) for user in users)
    export_id = export_id_of(application_id, uids)
    run = ObjectId()
    try:
        written = storage.write_run(export_id, run, _rows(application_id, uids, progress))
        with data.held():
            pass  # deletions that began before are through now; those that begin later find the rows
        if not storage.are_all_there(application_id, [str(user["_id"]) for user in users]):
            raise UsersDeleted
        storage.show_run(export_id, run)
        is_whole = storage.count_run(export_id, run) == written
        if not is_whole and storage.shown_run(export_id) in (None, run):  # else a later run has taken its place
            # A deletion has taken what was there of the export, as it must; what came after it must not stay alone.
            raise UsersDeleted
    except BaseException:
        storage.remove_run(export_id, run)
        raise
    if len(uids) == 1:
        _note(application_id, str(users[0]["_id"]), export_id)
    return export_id, uids


def export_id_of(application_id: str, uids: Sequence[str]) -> str:
    if len(uids) == 1:
        return f"appUser_{application_id}_{uids[0]}"
    digest = hashlib.sha1(",".join(uids).encode(), usedforsecurity=False).hexdigest()
    return f"appUser_{application_id}_HASH_{digest}"


def id_of_name(name: str) -> str:
    """From the name of its file. Raises InvalidName."""
    if not NAME.fullmatch(name):
        raise InvalidName(name)
    return name.removesuffix(".json")


def application_of(export_id: str) -> str | None:
    """None for what is no export of users."""
    found = EXPORT.fullmatch(export_id)
    return found["application"] if found else None


def rows(export_id: str) -> Iterator[dict[str, Any]]:
    """As they were stored, each with the collection it came from in `_col`."""
    for row in storage.export_rows(export_id):
        yield {"_id": row.get("__id"), **{name: value for name, value in row.items() if name not in ROW_FIELDS}}


def is_there(export_id: str) -> bool:
    return next(storage.export_rows(export_id), None) is not None


def delete(export_id: str) -> None:
    storage.remove_exports([export_id])


def delete_of_users(application_id: str, uids: Sequence[str]) -> None:
    """Those with other users as well: they hold what was asked to go."""
    storage.remove_exports(storage.exports_with_users(application_id, uids))


ROW_FIELDS = ("_id", "_eid", "__id", storage.RUN)


def _rows(application_id: str, uids: list[str], progress: Callable[[float], None]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(uids), USERS_PER_STEP):
        progress(start / len(uids))
        chosen = uids[start : start + USERS_PER_STEP]
        for kind in USER_DATA.all_entries():
            for name, found in kind.export(application_id, chosen) if kind.export else ():
                for document in found:
                    kept = {field: value for field, value in document.items() if field not in INTERNAL_FIELDS}
                    stored_id = kept.pop("_id", None)
                    yield {**kept, "_col": f"{name}{application_id}", "__id": stored_id}


def _note(application_id: str, profile_id: str, export_id: str) -> None:
    """On the profile, as stored data has it; a flush that writes the profile at the same time comes before or after."""

    def work(session: ClientSession) -> None:
        storage.update(application_id, [profile_id], {"$set": {"appUserExport": f"{export_id}.json"}}, session)

    mongo.in_transaction(work)
