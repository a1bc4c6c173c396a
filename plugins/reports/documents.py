"""Names in MongoDB: `reports`, a document per report.

    {title, report_type, apps: ids, emails, metrics: {name: bool}, selectedEvents: ["<app>***<event>"], frequency,
     timezone, day (1 Monday - 7), hour, minute, r_day, r_hour, r_minute (the same in UTC), user,
     enabled (true when missing), sendPdf}

Reports of another `report_type` than "core" are about what the field of that type names, such as `dashboards`, and over
`date_range`.

`tally` is ours: `done_s`, the due moment up to which all is sent; `sent`, `failed`, `last_sent_s`, `last_error`;
`retry`, whom the last one did not reach: {due_s, emails, attempts}; `left`, addresses that left by the link of a mail,
until somebody writes the recipients anew.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection

from apps.core import clock, mongo, schema

REPORTS = "reports"
OWN = "tally"
DAILY, WEEKLY, MONTHLY = "daily", "weekly", "monthly"
FREQUENCIES = (DAILY, WEEKLY, MONTHLY)
CORE = "core"
EVENT_JOINT = "***"

Report = dict[str, Any]


def register_collection() -> None:
    schema.register_collection(REPORTS, [IndexModel([("user", ASCENDING)]), IndexModel([("emails", ASCENDING)])])


def key_of(report_id: object) -> ObjectId | None:
    return ObjectId(report_id) if isinstance(report_id, str) and ObjectId.is_valid(report_id) else None


def insert(report: Mapping[str, Any]) -> Report:
    """What was due before is not sent."""
    document = {**report, OWN: {"done_s": clock.now_s()}}
    document["_id"] = _collection().insert_one(document).inserted_id
    return document


def by_id(report_id: object) -> Report | None:
    key = key_of(report_id)
    return _collection().find_one({"_id": key}) if key is not None else None


def visible_to(member: Any) -> list[Report]:
    """His own and those that he gets; for global administrators all."""
    wanted: dict[str, Any] = {} if member.global_admin else {"$or": [{"user": member.pk}, {"emails": member.email}]}
    return list(_collection().find(wanted, sort=[("_id", ASCENDING)]))


def enabled() -> Iterable[Report]:
    return _collection().find({"enabled": {"$ne": False}})


def change(report: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
    _collection().update_one({"_id": report["_id"]}, {"$set": dict(fields)})


def remove(report: Mapping[str, Any]) -> None:
    _collection().delete_one({"_id": report["_id"]})


def claim(report: Mapping[str, Any], due_s: int) -> bool:
    """False when somebody else has claimed what is due then: no report is sent twice."""
    untouched = {"$or": [{f"{OWN}.done_s": {"$lt": due_s}}, {f"{OWN}.done_s": {"$exists": False}}]}
    done = {"$set": {f"{OWN}.done_s": due_s}, "$unset": {f"{OWN}.retry": ""}}
    return _collection().update_one({"_id": report["_id"], **untouched}, done).modified_count == 1


def note_outcome(report: Mapping[str, Any], *, sent: int, failed: int, error: str, retry: Report | None) -> None:
    fields: dict[str, Any] = {f"{OWN}.last_error": error}
    if sent:
        fields[f"{OWN}.last_sent_s"] = clock.now_s()
    changes: dict[str, Any] = {"$inc": {f"{OWN}.sent": sent, f"{OWN}.failed": failed}, "$set": fields}
    if retry:
        fields[f"{OWN}.retry"] = retry
    else:
        changes["$unset"] = {f"{OWN}.retry": ""}
    _collection().update_one({"_id": report["_id"]}, changes)


def may_subscribe(report: Mapping[str, Any], email: str) -> bool:
    """Who left may come back; whom somebody took out of the recipients may not, by no mail that he still has."""
    return email in (report.get("emails") or ()) or email in ((report.get(OWN) or {}).get("left") or ())


def subscribe(report: Mapping[str, Any], email: str) -> None:
    """Of who left."""
    changes = {"$addToSet": {"emails": email}, "$pull": {f"{OWN}.left": email}}
    _collection().update_one({"_id": report["_id"], f"{OWN}.left": email}, changes)


def unsubscribe(report: Mapping[str, Any], email: str) -> None:
    changes = {"$pull": {"emails": email}, "$addToSet": {f"{OWN}.left": email}}
    _collection().update_one({"_id": report["_id"], "emails": email}, changes)


def remove_of_member(member_id: str, email: str) -> None:
    """His reports go; those of others come to him no more."""
    key = key_of(member_id)
    if key is not None:
        _collection().delete_many({"user": key})
    _collection().update_many({"emails": email}, {"$pull": {"emails": email}})


def forget_application(application_id: str) -> None:
    _collection().update_many({"apps": application_id}, {"$pull": {"apps": application_id}})


def _collection() -> Collection[Report]:
    return mongo.collection(REPORTS)
