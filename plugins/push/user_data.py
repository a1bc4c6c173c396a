"""What is stored of single users and of applications, and how it goes."""

from collections.abc import Iterable, Sequence
from typing import Any

from bson import ObjectId
from pymongo.client_session import ClientSession

from apps.aggregation.merges import Merge
from apps.aggregation.user_data import USERS_PER_QUERY, UserData
from apps.applications.data import ApplicationData, Horizon
from apps.core import mongo
from apps.core.texts import Text
from plugins.push import automatic, credentials, documents, scheduling


def of_users(title: Text) -> UserData:
    return UserData(title, _export, _delete, _merge)


def of_application(title: Text) -> ApplicationData:
    return ApplicationData(title, clear=_clear, clear_older=_clear_older, reset=_reset, delete=_delete_credentials)


def _chosen(uids: Sequence[str]) -> Iterable[list[str]]:
    for start in range(0, len(uids), USERS_PER_QUERY):
        yield list(uids[start : start + USERS_PER_QUERY])


def _export(application_id: str, uids: Sequence[str]) -> Iterable[tuple[str, Iterable[dict[str, Any]]]]:
    tokens = mongo.collection(documents.tokens_collection(application_id))
    yield "push", (found for chosen in _chosen(uids) for found in tokens.find({"_id": {"$in": chosen}}))


def _delete(application_id: str, uids: Sequence[str]) -> None:
    for chosen in _chosen(uids):
        mongo.collection(documents.tokens_collection(application_id)).delete_many({"_id": {"$in": chosen}})
        theirs = {"a": ObjectId(application_id), "u": {"$in": chosen}}
        scheduling.remove_rows(theirs, code="purge")
        mongo.collection(documents.STATS).delete_many(theirs)


def _merge(merge: Merge, session: ClientSession) -> None:
    """The survivor keeps its own tokens and takes those that it lacks; times of messages are put together."""
    tokens = mongo.collection(documents.tokens_collection(merge.application_id))
    old = tokens.find_one({"_id": merge.from_uid}, session=session)
    moved = {"a": ObjectId(merge.application_id), "u": merge.from_uid}
    documents.queue().update_many(moved, {"$set": {"u": merge.into_uid}}, session=session)
    mongo.collection(documents.STATS).update_many(moved, {"$set": {"u": merge.into_uid}}, session=session)
    if old is None:
        return
    new = tokens.find_one({"_id": merge.into_uid}, session=session) or {}
    united: dict[str, Any] = {"tk": {**(old.get("tk") or {}), **(new.get("tk") or {})}}
    histories = [one["msgs"] for one in (old, new) if isinstance(one.get("msgs"), dict)]
    if histories:
        names = {name for history in histories for name in history}
        united["msgs"] = {
            name: sorted(time for history in histories for time in history.get(name) or [])[-documents.HISTORY :]
            for name in sorted(names)
        }
    tokens.update_one({"_id": merge.into_uid}, {"$set": united}, upsert=True, session=session)
    tokens.delete_one({"_id": merge.from_uid}, session=session)


def _clear(application_id: str) -> None:
    """Tokens go with the users; messages stay, people wrote them."""
    mongo.collection(documents.tokens_collection(application_id)).delete_many({})
    documents.queue().delete_many({"a": ObjectId(application_id)})
    mongo.collection(documents.STATS).delete_many({"a": ObjectId(application_id)})


def _clear_older(application_id: str, horizon: Horizon) -> None:
    older = {"a": ObjectId(application_id), "d": {"$lt": automatic.date_of(horizon.since_s * 1_000)}}
    mongo.collection(documents.STATS).delete_many(older)


def _reset(application_id: str) -> None:
    documents.messages().delete_many({"app": ObjectId(application_id)})
    automatic.forget()


def _delete_credentials(application_id: str) -> None:
    credentials.remove_of_application(application_id)
