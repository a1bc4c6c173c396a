"""Counts batches and keeps what they would write, so that tests can ask for the state after several of them."""

import itertools
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from apps.aggregation import documents
from apps.aggregation.batch import BatchOutcome, aggregate, profiles_needed
from apps.aggregation.extensions import PLAIN, Extensions
from apps.aggregation.known_values import EventsDocument, RememberedValues
from apps.aggregation.limits import Limits
from apps.aggregation.locations import Locator, NoLocator
from apps.aggregation.parts import NothingStored, Reads
from apps.aggregation.records import Record
from apps.aggregation.requests import IngestRequest, read_request
from apps.aggregation.shards import Shard
from apps.applications.info import ApplicationInfo
from apps.core.keys import uid_text, user_id

APP_ID = "65f0a1b2c3d4e5f601234567"
APPLICATION = ApplicationInfo(id=APP_ID, key="key", timezone="UTC", country="DE")
NOON = 1_741_780_800  # 2025-03-12 12:00 UTC, a Wednesday: day 71 of the year, week 11
RECEIVED_MS = (NOON + 30 * 86_400) * 1000

_serial = itertools.count()


def query_text(parameters: dict[str, Any]) -> bytes:
    return urlencode(
        {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
    ).encode()


def request(device_id: str = "d1", at: float | None = NOON, **parameters: Any) -> IngestRequest:
    """A GET request as an SDK sends it; every one is different from all others."""
    fields = {"app_key": "key", "device_id": device_id, **parameters, "serial": str(next(_serial))}
    if at is not None:
        fields["timestamp"] = str(at)
    return read_request(Record(APP_ID, "key", device_id, RECEIVED_MS, "127.0.0.1", query=query_text(fields)))


def json_request(parameters: Any, device_id: str = "d1", received_ms: int = RECEIVED_MS) -> IngestRequest:
    """An item of a bulk request, or a POST of JSON: values keep their types."""
    body = parameters if isinstance(parameters, bytes) else json.dumps(parameters).encode()
    return read_request(
        Record(APP_ID, "key", device_id, received_ms, "127.0.0.1", body=body, content_type="application/json")
    )


class Ledger:
    def __init__(
        self,
        application: ApplicationInfo = APPLICATION,
        limits: Limits | None = None,
        locate: Locator | None = None,
        shard: Shard | None = None,
        extensions: Extensions = PLAIN,
        read: Reads | None = None,
    ) -> None:
        self.application = application
        self.limits = limits or Limits()
        self.locate = locate or NoLocator()
        self.shard = shard or Shard()
        self.extensions = extensions
        self.read = read or NothingStored()
        self.may_die = False
        self.known = RememberedValues()
        self.events = EventsDocument()
        self.profiles: dict[tuple[str, str], dict[str, Any]] = {}
        self.aliases: dict[tuple[str, str], str] = {}
        self.counters: dict[tuple[str, Any], Counter[str]] = {}
        self.fields: dict[tuple[str, Any], dict[str, Any]] = {}
        self.lists: dict[tuple[str, Any], dict[str, set[str]]] = {}
        self.inserts: dict[str, list[dict[str, Any]]] = {}
        self.dropped: Counter[str] = Counter()
        self._uids = itertools.count(1)

    def send(self, *requests: IngestRequest) -> BatchOutcome:
        """One batch."""
        aliases = {
            key: self.aliases[key]
            for key in profiles_needed(requests)
            if key in self.aliases and key not in self.profiles
        }
        targets = {(APP_ID, target) for target in aliases.values()}
        outcome = aggregate(
            requests,
            applications={self.application.id: self.application},
            limits={self.application.id: self.limits},
            profiles={key: self.profiles[key] for key in profiles_needed(requests) | targets if key in self.profiles},
            aliases=aliases,
            known=self.known,
            events={self.application.id: self.events},
            next_uid=lambda _: uid_text(next(self._uids)),
            shard=self.shard,
            locate=self.locate,
            extensions=self.extensions,
            read=self.read,
        )
        self._write(outcome)
        return outcome

    def send_one_by_one(self, *requests: IngestRequest) -> None:
        for each in requests:
            self.send(each)

    def profile(self, device_id: str = "d1") -> dict[str, Any]:
        return self.profiles[APP_ID, user_id("key", device_id)]

    def counted(self, collection: str) -> dict[str, dict[str, float]]:
        """Id without the application -> path without `d.` -> value; documents without counters are left out."""
        return {
            document_id.removeprefix(f"{APP_ID}_"): {path.removeprefix("d."): value for path, value in paths.items()}
            for (name, document_id), paths in self.counters.items()
            if name == collection and paths
        }

    def by_month(self, collection: str, month: str) -> dict[str, float]:
        """The counters of all shards of a month or year, added up."""
        total: Counter[str] = Counter()
        for document_id, paths in self.counted(collection).items():
            if month in document_id.split("_"):
                total.update(paths)
        return dict(total)

    def known_values(self, collection: str) -> dict[str, set[str]]:
        """Set -> values, of all documents of all years."""
        values: dict[str, set[str]] = {}
        for (name, _), fields in self.fields.items():
            for path in fields:
                if name == collection and path.startswith("meta_v2."):
                    _, set_name, value = path.split(".")
                    values.setdefault(set_name, set()).add(value)
        return values

    def _write(self, outcome: BatchOutcome) -> None:
        assert self.may_die or outcome.dead == []
        for collection, updates in outcome.writes.updates().items():
            for document_id, operators in updates.items():
                self._update(collection, document_id, operators)
        for key in outcome.removed_profiles:
            del self.profiles[key]
        self._write_aliases(outcome)
        for collection, inserted in outcome.inserts.documents().items():
            self.inserts.setdefault(collection, []).extend(inserted)
        for (_, reason), number in outcome.dropped.items():
            self.dropped[reason] += number
        self.known.remember(outcome.learned_values)
        for key, segments in outcome.learned_events.get(self.application.id, {}).items():
            self.events.segments.setdefault(key, set()).update(segments)

    def _write_aliases(self, outcome: BatchOutcome) -> None:
        for merge in outcome.merges:
            for key, target in self.aliases.items():
                if target == merge.from_user_id:
                    self.aliases[key] = merge.into_user_id
        for key, target in outcome.aliases.items():
            if target is None:
                self.aliases.pop(key, None)
            else:
                self.aliases[key] = target

    def _update(self, collection: str, document_id: Any, operators: dict[str, dict[str, Any]]) -> None:
        assert set(operators) <= {"$inc", "$set", "$unset", "$addToSet"}
        if collection == documents.profiles_collection(self.application.id):
            profile = self.profiles.setdefault((self.application.id, document_id), {"_id": document_id})
            profile.update(operators.get("$set", {}))
            for field in operators.get("$unset", {}):
                del profile[field]
            return
        key = (collection, document_id)
        self.counters.setdefault(key, Counter()).update(operators.get("$inc", {}))
        self.fields.setdefault(key, {}).update(operators.get("$set", {}))
        for path, added in operators.get("$addToSet", {}).items():
            self.lists.setdefault(key, {}).setdefault(path, set()).update(added["$each"])


def total(paths: dict[str, float], *names: str) -> list[float]:
    """The values at some paths, 0 where there is none."""
    return [paths.get(name, 0) for name in names]


def as_batches(requests: Sequence[IngestRequest], sizes: Sequence[int]) -> list[Sequence[IngestRequest]]:
    """Cut into batches of these sizes; what is left is the last one."""
    batches, start = [], 0
    for size in sizes:
        batches.append(requests[start : start + size])
        start += size
    return [batch for batch in (*batches, requests[start:]) if batch]
