"""Slows down who guesses passwords: after each series of failures the name is banned, every time longer."""

import json

from pymongo.errors import DuplicateKeyError

from apps.core import clock, mongo
from apps.plugin_api import configuration

COLLECTION = "failed_logins"
#: What is counted: log ins by name, asked-for mails by address, codes of the second factor by name.
LOGIN, FORGOT, CODE = "login", "forgot", "two-factor"


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


def banned_names() -> set[str]:
    """User names and e-mails under which nobody can log in at the moment."""
    records = mongo.collection(COLLECTION).find({"fails": {"$gt": 0}})
    banned = [record for record in records if is_banned(int(record["fails"]), int(record.get("lastFail") or 0))]
    return {name for record in banned for kind, name in [_read_key(record["_id"])] if kind in (LOGIN, CODE)}


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


def _read_key(key: str) -> tuple[str, str]:
    kind, name = json.loads(key)
    return str(kind), str(name)
