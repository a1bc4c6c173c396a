"""What is stored of single users, said by the rooms and plugins that store it: exported, deleted and merged with them.

Holds also while a plugin is off: what it stored while it was on is a user's all the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import DESCENDING
from pymongo.client_session import ClientSession

from apps.aggregation import documents
from apps.aggregation.merges import Merge
from apps.core import mongo
from apps.core.texts import Text
from apps.plugin_api.registry import Registry
from apps.plugin_api.signals import tell, users_deleted

USERS_PER_QUERY = 50


@dataclass(frozen=True, slots=True)
class UserData:
    """All functions take the application's id; users are named by their `uid`."""

    title: Text  # for people, as in "crash reports"
    #: Name of the file in an export, and the stored documents that go into it.
    export: Callable[[str, Sequence[str]], Iterable[tuple[str, Iterable[dict[str, Any]]]]] | None = None
    #: Must do no harm when it runs twice: a deletion that broke off is repeated.
    delete: Callable[[str, Sequence[str]], None] | None = None
    #: Called in the transaction that unites two users, after everything else in it was written: what bears
    #: `merge.from_uid` shall bear `merge.into_uid`. May run again when the transaction is repeated.
    merge: Callable[[Merge, ClientSession], None] | None = None
    #: A title and a few words for a document of `export` that bears the time `ts`, on the timeline of a user. Without
    #: it the timeline leaves them out.
    told: Callable[[Mapping[str, Any]], tuple[Text, str]] | None = None
    #: As `export`, of one user, and no more than so many of each: those with the latest `ts`. Without it the timeline
    #: goes through all that `export` has.
    newest: Callable[[str, str, int], Iterable[tuple[str, Iterable[dict[str, Any]]]]] | None = None
    feature: str = "core"  # who may read it sees the documents on the timeline


USER_DATA: Registry[UserData] = Registry("user data")


def of_collection(
    title: Text,
    prefix: str,
    field: str = "uid",
    told: Callable[[Mapping[str, Any]], tuple[Text, str]] | None = None,
    feature: str = "core",
) -> UserData:
    """For a collection `<prefix><application id>` whose documents each belong to the user in `field`."""

    def matching(uids: Sequence[str]) -> Iterable[dict[str, Any]]:
        for start in range(0, len(uids), USERS_PER_QUERY):
            yield {field: {"$in": list(uids[start : start + USERS_PER_QUERY])}}

    def export(application_id: str, uids: Sequence[str]) -> Iterable[tuple[str, Iterable[dict[str, Any]]]]:
        collection = mongo.collection(prefix + application_id)
        yield prefix, (document for chosen in matching(uids) for document in collection.find(chosen))

    def delete(application_id: str, uids: Sequence[str]) -> None:
        for chosen in matching(uids):
            mongo.collection(prefix + application_id).delete_many(chosen)

    def merge(merge: Merge, session: ClientSession) -> None:
        moved = {"$set": {field: merge.into_uid}}
        mongo.collection(prefix + merge.application_id).update_many({field: merge.from_uid}, moved, session=session)

    def newest(application_id: str, uid: str, most: int) -> Iterable[tuple[str, Iterable[dict[str, Any]]]]:
        found = mongo.collection(prefix + application_id).find({field: uid})
        yield prefix, found.sort("ts", DESCENDING).limit(most)

    return UserData(title, export, delete, merge, told, newest, feature)


def delete_users(application_id: str, uids: Sequence[str]) -> None:
    """With everything that anybody stored of them; their profiles go last, so that a deletion that broke off can be
    asked for again. Their share of the counters stays."""
    for data in reversed(USER_DATA.all_entries()):
        if data.delete is not None:
            data.delete(application_id, uids)
    tell(users_deleted, application_id=application_id, uids=list(uids))


def register() -> None:
    USER_DATA.register("profiles", UserData("profiles", *_profile_functions()))
    changes = of_collection("changes of metrics", documents.METRIC_CHANGES_PREFIX)
    USER_DATA.register("metric_changes", changes)


def _profile_functions() -> tuple[Any, Any]:
    profiles = of_collection("profiles", documents.PROFILES_PREFIX)

    def delete(application_id: str, uids: Sequence[str]) -> None:
        for start in range(0, len(uids), USERS_PER_QUERY):
            chosen = {"uid": {"$in": list(uids[start : start + USERS_PER_QUERY])}}
            collection = mongo.collection(documents.profiles_collection(application_id))
            ids = [document["_id"] for document in collection.find(chosen, ["_id"])]
            aliases = mongo.collection(documents.aliases_collection(application_id))
            aliases.delete_many({documents.ALIAS_TARGET: {"$in": ids}})
            collection.delete_many({"_id": {"$in": ids}})

    return profiles.export, delete
