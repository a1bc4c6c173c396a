"""Profiles of a batch: read in its transaction, so that two shards that touch one profile cannot both win."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bson import ObjectId
from pymongo.client_session import ClientSession

from apps.aggregation import documents
from apps.aggregation.batch import ZERO_DEVICE_ID, ProfileKey, profiles_needed
from apps.aggregation.merges import Merge
from apps.aggregation.requests import IngestRequest
from apps.applications.info import ApplicationInfo
from apps.core import mongo
from apps.core.keys import uid_text

#: The embedded server compares each document with each id, so long lists cost their square.
IDS_PER_READ = 50


def load(requests: Sequence[IngestRequest], session: ClientSession) -> dict[ProfileKey, dict[str, Any]]:
    ids: dict[str, list[str]] = defaultdict(list)
    for application_id, profile_id in profiles_needed(requests):
        ids[application_id].append(profile_id)
    found: dict[ProfileKey, dict[str, Any]] = {}
    for application_id, wanted in ids.items():
        collection = mongo.collection(documents.profiles_collection(application_id))
        for start in range(0, len(wanted), IDS_PER_READ):
            chunk = wanted[start : start + IDS_PER_READ]
            for profile in collection.find({"_id": {"$in": chunk}}, session=session):
                found[application_id, profile["_id"]] = profile
    return found


def remove(removed: Sequence[ProfileKey], session: ClientSession) -> int:
    for application_id, profile_id in removed:
        collection = mongo.collection(documents.profiles_collection(application_id))
        collection.delete_one({"_id": profile_id}, session=session)
    return len(removed)


def follow_merges(merges: Sequence[Merge], session: ClientSession) -> int:
    """What is stored under the short id of the profile that went up in another one."""
    for merge in merges:
        collection = mongo.collection(documents.metric_changes_collection(merge.application_id))
        collection.update_many({"uid": merge.from_uid}, {"$set": {"uid": merge.into_uid}}, session=session)
    return len(merges)


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
        stored: Mapping[ProfileKey, dict[str, Any]],
    ) -> Callable[[str], str]:
        """What `aggregate` draws from. As many are reserved as there are users without a profile."""
        new_users = {
            (request.app_id, request.user_id)
            for request in requests
            if request.app_id in applications and request.record.device_id != ZERO_DEVICE_ID
        } - stored.keys()
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
