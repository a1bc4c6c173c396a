"""Logs requests in the transaction that counts them, so that the log says what has really happened to them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.aggregation.batchers import InsertBatcher, WriteBatcher
from apps.aggregation.parts import Concerned, Moment, Part, Reads, Triggers
from apps.aggregation.requests import IngestRequest
from apps.aggregation.shards import Shard
from apps.aggregation.tallies import Effects
from apps.plugin_api import loader, states
from plugins.logger import documents, settings
from plugins.logger.documents import LIMIT, Entry
from plugins.logger.entries import PLUGINS, entry_of

FLAG = "request_logs"  # of a profile: all requests of this user are logged
NOTHING = Triggers()
EVERYTHING = Triggers(every_request=True)


@dataclass(slots=True)
class LogState:
    states: dict[str, str]  # application -> one of settings.ON, OFF, AUTOMATIC
    left: int  # of the budget of this minute
    missing_plugins: frozenset[str]
    entries: list[tuple[str, Entry]] = field(default_factory=list)
    logged: Counter[str] = field(default_factory=Counter)  # by application
    spent: int = 0

    def takes(self, application_id: str, *, is_flagged: bool = False) -> bool:
        """No more of one batch than are kept at all."""
        state = self.states.get(application_id, settings.OFF)
        if self.logged[application_id] >= LIMIT or (state == settings.OFF and not is_flagged):
            return False
        return state == settings.ON or is_flagged or self.spent < self.left

    def add(self, application_id: str, entry: Entry) -> None:
        self.entries.append((application_id, entry))
        self.logged[application_id] += 1
        if self.states.get(application_id) == settings.AUTOMATIC:
            self.spent += 1


class LogPart(Part[LogState]):
    @property
    def triggers(self) -> Triggers:  # type: ignore[override]  # while nothing is logged, nothing concerns the part
        return EVERYTHING if settings.is_logging_anything() else NOTHING

    def load(self, concerned: Sequence[Concerned], read: Reads) -> LogState:
        applications = {each.application.id: each.application for each in concerned}
        return LogState(
            states={name: settings.state_of(application) for name, application in applications.items()},
            left=settings.BUDGET.left(),
            missing_plugins=missing_plugins(),
        )

    def count(self, moment: Moment, state: LogState, effects: Effects) -> None:
        if state.takes(moment.application.id, is_flagged=bool(moment.before.get(FLAG))):
            user = {**moment.before, "uid": moment.uid}
            entry = entry_of(moment.request, user, missing_plugins=state.missing_plugins)
            state.add(moment.application.id, entry)

    def note_dropped(self, request: IngestRequest, reason: str, state: LogState) -> None:
        if state.takes(request.app_id):
            state.add(request.app_id, entry_of(request, {}, missing_plugins=state.missing_plugins, cancelled=reason))

    def write(self, state: LogState, shard: Shard, writes: WriteBatcher, inserts: InsertBatcher) -> None:
        for application_id, entry in state.entries:
            inserts.insert(documents.collection_name(application_id), entry)
        settings.BUDGET.spend(state.spent)


def missing_plugins() -> frozenset[str]:
    started = loader.started()
    return frozenset(name for name in PLUGINS.values() if name not in started or not states.is_on(name))
