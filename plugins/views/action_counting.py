"""Keeps clicks and scrolls for heat maps: equal ones of a day are counted in one document."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.parts import Concerned, Moment, Part, Reads, Triggers
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects
from apps.core import mongo
from apps.core.texts import gettext_noop
from apps.core.timebuckets import buckets
from apps.plugin_api import configuration
from plugins.views import actions, documents
from plugins.views.actions import Action
from plugins.views.visits import ACTION_EVENT

TOO_MANY = gettext_noop("Action on a page beyond the limit of heat maps")

#: Application id, day as a number (20250312), action.
ActionKey = tuple[str, int, Action]


@dataclass
class ActionState:
    room: dict[str, int]  # by application: so many further documents
    counted: Counter[ActionKey] = field(default_factory=Counter)


class Actions(Part[ActionState]):
    triggers = Triggers(events=frozenset({ACTION_EVENT}))

    def load(self, concerned: Sequence[Concerned], read: Reads) -> ActionState:
        room = {}
        for application in {each.application.id: each.application for each in concerned}.values():
            limit = int(configuration.read(documents.VIEWS, application)["action_limit"])
            # Of the collection's own books: near enough for a limit, and no read of the transaction.
            kept = mongo.collection(documents.actions_collection(application.id)).estimated_document_count()
            room[application.id] = limit - kept
        return ActionState(room)

    def count(self, moment: Moment, state: ActionState, effects: Effects) -> None:
        application = moment.application
        told = actions.read(
            moment.events,
            request_ms=moment.request.time_ms,
            received_ms=moment.request.record.received_ms,
            dropped=effects.dropped,
        )
        for at_ms, action in told:
            time = buckets(at_ms, application.timezone)
            key = (application.id, documents.day_of(time.year, time.month, time.day), action)
            if key not in state.counted:
                if state.room[application.id] <= 0:
                    effects.dropped.append(TOO_MANY)
                    continue
                state.room[application.id] -= 1
            state.counted[key] += 1

    def write(self, state: ActionState, shard: Shard, writes: WriteBatcher, inserts: InsertBatcher) -> None:
        for (application_id, day, action), number in state.counted.items():
            content = "\0".join(str(part) for part in (day, *action)).encode("utf-8", "replace")
            action_id = hashlib.sha1(content, usedforsecurity=False).hexdigest() + shard.bare_suffix
            told = {documents.DAY: day, **action._asdict()}
            writes.update(
                documents.actions_collection(application_id),
                action_id,
                {"$set": told, "$inc": {documents.NUMBER: number}},
            )
