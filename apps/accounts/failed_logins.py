"""Slows down who guesses passwords: after each series of failures the name is banned, every time longer."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from apps.core import clock, mongo
from apps.plugin_api import configuration

COLLECTION = "failed_logins"
#: What is counted: log ins by name, asked-for mails by address, codes of the second factor by name.
LOGIN, FORGOT, CODE = "login", "forgot", "two-factor"
DAY_SECONDS = 86_400
#: How long failures are remembered after the last one.
KEPT_SECONDS = {LOGIN: 7 * DAY_SECONDS, CODE: 7 * DAY_SECONDS, FORGOT: DAY_SECONDS}


def count_attempt(name: str, kind: str = LOGIN) -> bool:
    """False when the name is banned now; otherwise the attempt is already counted as a failure.

    Counted before the password is looked at, and only if nobody else counted in the meantime: parallel guesses get no
    more attempts than guesses one after the other. A success takes the count back (`forget`).
    """
    collection = mongo.collection(COLLECTION)
    key = _key(name, kind)
    while True:
        record = collection.find_one({"_id": key})
        if record is None:
            try:
                collection.insert_one({"_id": key, "fails": 1, "lastFail": clock.now_s()})
            except DuplicateKeyError:
                continue
            return True
        fails = int(record.get("fails") or 0)
        if is_banned(fails, int(record.get("lastFail") or 0)):
            return False
        counted = {"$set": {"fails": fails + 1, "lastFail": clock.now_s()}}
        if collection.update_one({"_id": key, "fails": record.get("fails")}, counted).matched_count:
            return True


def banned_among(names: Iterable[str]) -> set[str]:
    """The user names and e-mails, of these, under which nobody can log in at the moment."""
    keys = {_key(name, kind): name for name in names if name for kind in (LOGIN, CODE)}
    records = mongo.collection(COLLECTION).find({"_id": {"$in": list(keys)}, "fails": {"$gt": 0}})
    return {keys[record["_id"]] for record in records if _is_banned_by(record)}


def purge() -> int:
    """How many records went: of bans that are over, when nothing failed for some time. Anybody makes records, under
    any name, and nobody takes back those of asked-for mails."""
    collection, now = mongo.collection(COLLECTION), clock.now_s()
    gone = 0
    for record in collection.find({"lastFail": {"$lt": now - min(KEPT_SECONDS.values())}}):
        is_old = record["lastFail"] < now - KEPT_SECONDS.get(_kind(record["_id"]), DAY_SECONDS)
        if is_old and not _is_banned_by(record):
            as_read = {"_id": record["_id"], "lastFail": record["lastFail"]}  # not one that failed again just now
            gone += collection.delete_one(as_read).deleted_count
    return gone


def is_banned(fails: int, last_failure_s: int) -> bool:
    settings = configuration.read("security")
    tries, wait_seconds = settings["login_tries"], settings["login_wait"]
    if tries <= 0 or fails <= 0 or fails % tries:
        return False
    banned_until_s: int = last_failure_s + fails // tries * wait_seconds
    return clock.now_s() < banned_until_s


def forget(name: str, kind: str = LOGIN) -> None:
    mongo.collection(COLLECTION).delete_one({"_id": _key(name, kind)})


def _key(name: str, kind: str) -> str:
    """As the layout has it: JSON text. E-mails are found in any case, so all their spellings share one count."""
    subject = name.lower() if "@" in name else name
    return json.dumps([kind, subject], separators=(",", ":"), ensure_ascii=False)


def _kind(key: str) -> str:
    return str(json.loads(key)[0])


def _is_banned_by(record: Mapping[str, Any]) -> bool:
    return is_banned(int(record.get("fails") or 0), int(record.get("lastFail") or 0))
