from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.parts import Concerned, Moment, Part, Reads, Triggers
from apps.aggregation.requests import IngestRequest
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects
from apps.applications.info import ApplicationInfo
from apps.plugin_api.signals import Noticed
from tests.dummy_plugin import documents


@dataclass
class Seen:
    before: dict[tuple[str, str], int]  # application id and uid -> how often the user was seen
    now: Counter[tuple[str, str]] = field(default_factory=Counter)


class SeenUsers(Part[Seen]):
    """How often users were seen, and how often all of them together."""

    triggers = Triggers(events=frozenset({documents.EVENT_OF_PART}), merges=True)

    def load(self, concerned: Sequence[Concerned], read: Reads) -> Seen:
        before = {}
        for application_id in {each.application.id for each in concerned}:
            uids = {uid for each in concerned for uid in each.uids if each.application.id == application_id}
            for document in read.matching(documents.USERS_PREFIX + application_id, "uid", uids):
                before[application_id, document["uid"]] = document["n"]
        return Seen(before)

    def count(self, moment: Moment, state: Seen, effects: Effects) -> None:
        number = sum(1 for event in moment.events if event.get("key") == documents.EVENT_OF_PART)
        key = (moment.application.id, moment.uid)
        state.now[key] += number
        moment.profile.set(documents.FIELD, state.before.get(key, 0) + state.now[key])
        effects.noticed.append(Noticed("/dummy/seen", moment.application.id, {"uid": moment.uid}))
        if moment.request.parameters.get("poison"):
            raise ValueError("poison")

    def write(self, state: Seen, shard: Shard, writes: WriteBatcher, inserts: InsertBatcher) -> None:
        for (application_id, uid), number in state.now.items():
            if number:
                counted = {"$set": {"uid": uid}, "$inc": {"n": number}}
                writes.update(documents.USERS_PREFIX + application_id, uid, counted)
                postfix = shard.own("0")
                total = {"$set": {"a": application_id}, "$inc": {"c": number}}
                writes.update(documents.TALLIES, f"{application_id}_{postfix}", total)


def enrich(request: IngestRequest, application: ApplicationInfo) -> Mapping[str, Any]:
    return {"metrics": {"_dummy": request.parameters["dummy"]}}
