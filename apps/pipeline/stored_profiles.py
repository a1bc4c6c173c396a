"""Profiles of a batch: read in its transaction, so that two shards that touch one profile cannot both win."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from pymongo import DeleteOne, InsertOne, UpdateMany, UpdateOne
from pymongo.client_session import ClientSession

from apps.aggregation import documents
from apps.aggregation.aliases import AliasChanges, ProfileKey
from apps.aggregation.batch import ZERO_DEVICE_ID, profiles_needed
from apps.aggregation.merges import Merge
from apps.aggregation.requests import IngestRequest
from apps.aggregation.user_data import USER_DATA
from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.core.keys import uid_text

#: The embedded server compares each document with each id, so long lists cost their square.
IDS_PER_READ = 50


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database has of the users of a batch."""

    profiles: Mapping[ProfileKey, dict[str, Any]]
    aliases: Mapping[ProfileKey, str]  # of ids without a profile


def load(requests: Sequence[IngestRequest], session: ClientSession) -> Stored:
    profiles: dict[ProfileKey, dict[str, Any]] = {}
    aliases: dict[ProfileKey, str] = {}
    wanted = profiles_needed(requests)
    while wanted:  # a second time for what aliases lead to, and hardly ever once more
        profiles.update(_find(documents.profiles_collection, wanted, session))
        missing = wanted - profiles.keys()
        found = {
            key: alias[documents.ALIAS_TARGET] for key, alias in _find(documents.aliases_collection, missing, session)
        }
        aliases.update(found)
        wanted = {(application_id, target) for (application_id, _), target in found.items()}
        wanted -= profiles.keys() | aliases.keys()
    return Stored(profiles, aliases)


def _find(
    collection_of: Callable[[str], str], wanted: Iterable[ProfileKey], session: ClientSession
) -> Iterator[tuple[ProfileKey, dict[str, Any]]]:
    ids: dict[str, list[str]] = defaultdict(list)
    for application_id, document_id in wanted:
        ids[application_id].append(document_id)
    for application_id, ids_of_application in ids.items():
        collection = mongo.collection(collection_of(application_id))
        for start in range(0, len(ids_of_application), IDS_PER_READ):
            chunk = ids_of_application[start : start + IDS_PER_READ]
            for document in collection.find({"_id": {"$in": chunk}}, session=session):
                yield (application_id, document["_id"]), document


def remove(removed: Sequence[ProfileKey], session: ClientSession) -> int:
    for application_id, profile_id in removed:
        collection = mongo.collection(documents.profiles_collection(application_id))
        collection.delete_one({"_id": profile_id}, session=session)
    return len(removed)


def follow_merges(merges: Sequence[Merge], session: ClientSession) -> int:
    """What is stored under the short id of the profile that went up in another one."""
    followers = [data.merge for data in USER_DATA.all_entries() if data.merge is not None] if merges else []
    for merge in merges:
        for follow in followers:
            follow(merge, session)
    return len(merges)


def write_aliases(merges: Sequence[Merge], changes: AliasChanges, session: ClientSession) -> int:
    """Those of before first: what led to a user who went up in another one leads to that one, so none leads to another
    alias."""
    operations: dict[str, list[UpdateMany | UpdateOne | DeleteOne]] = defaultdict(list)
    target = documents.ALIAS_TARGET
    for merge in merges:
        moved = UpdateMany({target: merge.from_user_id}, {"$set": {target: merge.into_user_id}})
        operations[merge.application_id].append(moved)
    for (application_id, profile_id), into in changes.items():
        made = UpdateOne({"_id": profile_id}, {"$set": {target: into}}, upsert=True)
        operations[application_id].append(made if into is not None else DeleteOne({"_id": profile_id}))
    for application_id, of_application in operations.items():
        collection = mongo.collection(documents.aliases_collection(application_id))
        collection.bulk_write(of_application, session=session)
    removed = {(merge.application_id, merge.from_user_id) for merge in merges}
    _claim({key for key, into in changes.items() if into is not None} - removed, session)
    return len(changes)


def _claim(ids: Iterable[ProfileKey], session: ClientSession) -> None:
    """Ids that lead elsewhere from now on and have no profile, unless another shard makes it at this moment.

    That shard has not seen the alias, nor this one the profile, and they write different documents: both would win, and
    the user stay two. So the profile is made and removed again: then one of them meets the other, and is repeated.
    """
    for application_id, profile_id in ids:
        profiles = mongo.collection(documents.profiles_collection(application_id))
        profiles.bulk_write([InsertOne({"_id": profile_id}), DeleteOne({"_id": profile_id})], session=session)


class ReservedUids:
    """Numbers for new users, drawn from `apps.seq` outside the transaction and kept for its repetitions.

    A transaction that comes to nothing leaves a gap, which is harmless; a number is never given twice.
    """

    def __init__(self) -> None:
        self._reserved: dict[str, list[int]] = defaultdict(list)

    def for_batch(
        self,
        requests: Sequence[IngestRequest],
        applications: Mapping[str, ApplicationInfo],
        stored: Stored,
    ) -> Callable[[str], str]:
        """What `aggregate` draws from. As many are reserved as there are users without a profile or an alias."""
        new_users = (
            {
                (request.app_id, request.user_id)
                for request in requests
                if request.app_id in applications
                and not applications[request.app_id].redirect_url
                and request.record.device_id != ZERO_DEVICE_ID
            }
            - stored.profiles.keys()
            - stored.aliases.keys()
        )
        for application_id, number in Counter(application_id for application_id, _ in new_users).items():
            self._reserve(application_id, number - len(self._reserved[application_id]))
        streams = {application_id: self._draw(application_id) for application_id in applications}
        return lambda application_id: next(streams[application_id])

    def _reserve(self, application_id: str, number: int) -> None:
        if number <= 0:
            return
        before = mongo.collection("apps").find_one_and_update(
            {"_id": ObjectId(application_id)}, {"$inc": {"seq": number}}, {"seq": 1}
        )
        first = int(before.get("seq") or 0) + 1 if before else 1
        self._reserved[application_id] += range(first, first + number)

    def _draw(self, application_id: str) -> Iterator[str]:
        position = 0
        while True:
            if position == len(self._reserved[application_id]):
                self._reserve(application_id, 1)
            yield uid_text(self._reserved[application_id][position])
            position += 1
