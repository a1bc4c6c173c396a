"""Creates, changes and deletes users of an application from outside, beside the flushes that count them."""

from collections.abc import Mapping
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.errors import WriteError

from apps.aggregation import user_data
from apps.applications import data
from apps.applications.info import ApplicationInfo
from apps.core import client_reads, clock, keys, mongo
from apps.core.client_queries import Filter
from apps.profiles import storage, updates
from apps.profiles.storage import Profile

MOST_USERS = 10_000  # in one call
USERS_PER_PAUSE = 200  # that are deleted while the counting stands still


class NoUser(Exception):
    """Nobody matches."""


class SeveralUsers(Exception):
    """More than one matches, and nobody said that this is wanted."""


class TooManyUsers(Exception):
    """More than MOST_USERS match."""


class AlreadyThere(Exception):
    """The application has a user with this device id."""


class NotApplicable(Exception):
    """The update does not fit what the profile holds. The message is the database's."""


def create(application: ApplicationInfo, device_id: str, fields: Mapping[str, Any]) -> Profile:
    """As stored. Raises AlreadyThere and updates.InvalidUpdate."""
    checked = {name: updates.check_field(name, value) for name, value in fields.items()}
    profile_id = keys.user_id(application.key, device_id)
    if storage.one(application.id, {"_id": profile_id}):
        raise AlreadyThere
    now_s = clock.now_s()
    profile = {
        "fac": now_s,
        "lac": now_s,
        **checked,
        "_id": profile_id,
        "uid": storage.next_uid(application.id),
        "did": device_id,
        "lu": clock.now(),
    }
    if not storage.insert(application.id, profile):
        raise AlreadyThere
    storage.note_change(application.id)
    return profile


def change(application_id: str, wanted: Filter, operators: updates.Operators, *, several: bool) -> list[Profile]:
    """In one transaction: a flush that counts one of the users at the same time comes before or after it, and neither
    loses anything. Who was changed. Raises NoUser, SeveralUsers, TooManyUsers, InvalidQuery and
    NotApplicable."""
    touched = {**operators, "$set": {**operators.get("$set", {}), "lu": clock.now()}}

    def work(session: ClientSession) -> list[Profile]:
        found = _found(application_id, wanted, several, session)
        storage.update(application_id, [str(user["_id"]) for user in found], touched, session)
        return found

    try:
        changed = mongo.in_transaction(work)
    except WriteError as error:
        raise NotApplicable(str(error.details.get("errmsg", error)) if error.details else str(error)) from error
    storage.note_change(application_id)
    return changed


def delete(application_id: str, wanted: Filter, *, several: bool) -> list[Profile]:
    """With all that is stored of them; counters keep what they counted. Nothing is counted meanwhile, so no flush
    brings half of a user back; requests that come later make a new user. Who was deleted.

    Raises NoUser, SeveralUsers, TooManyUsers and InvalidQuery.
    """
    users = _found(application_id, wanted, several)
    for start in range(0, len(users), USERS_PER_PAUSE):
        chosen = users[start : start + USERS_PER_PAUSE]
        with data.held():
            user_data.delete_users(application_id, [str(user["uid"]) for user in chosen if "uid" in user])
        storage.note_change(application_id)
    return users


def _found(application_id: str, wanted: Filter, several: bool, session: ClientSession | None = None) -> list[Profile]:
    with client_reads.bounded():
        found = storage.matching(application_id, wanted, MOST_USERS + 1 if several else 2, session)
    if not found:
        raise NoUser
    if len(found) > 1 and not several:
        raise SeveralUsers
    if len(found) > MOST_USERS:
        raise TooManyUsers
    return found
