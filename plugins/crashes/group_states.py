"""One group of crashes while a batch is counted: what is stored of it, and what the batch adds. Pure."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from apps.aggregation.values import is_truthy, stored_integer
from plugins.crashes import documents, versions
from plugins.crashes.payload import Crash

MOST_VALUES = 1_000  # of one property, and of the totals of an application
LONGEST_CUSTOM_VALUE = 100
Operators = dict[str, dict[str, Any]]


class Values:
    """Maps of counted values: which exist, so that their number stays bounded."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self._stored = stored
        self._known: dict[str, set[str]] = {}
        self.added: Counter[str] = Counter()  # by path

    def add(self, path: str, value: str) -> bool:
        """False when there is no room for the value."""
        value = documents.counted_value(value)
        if not value:
            return True
        known = self._known.get(path)
        if known is None:
            node: Any = self._stored
            for part in path.split("."):
                node = node.get(part) if isinstance(node, Mapping) else None
            known = self._known[path] = set(node) if isinstance(node, Mapping) else set()
        if value not in known:
            if len(known) >= MOST_VALUES:
                return False
            known.add(value)
        self.added[f"{path}.{value}"] += 1
        return True


class GroupState:
    def __init__(self, document_id: str, stored: Mapping[str, Any] | None) -> None:
        self.id = document_id
        self.is_stored = stored is not None
        self.fields: dict[str, Any] = dict(stored or {})  # as they are by now, as far as they are needed here
        self.set: dict[str, Any] = {}
        self.added: Counter[str] = Counter()
        self.least: dict[str, Any] = {}
        self.greatest: dict[str, Any] = {}
        self.new_versions: list[str] = []
        self.values = Values(stored or {})

    @property
    def exists(self) -> bool:
        return bool(self.fields)

    @property
    def last_ts(self) -> int | None:
        return stored_integer(self.fields.get("lastTs"))

    @property
    def is_fatal(self) -> bool:
        return not is_truthy(self.fields.get("nonfatal"))

    def put(self, **fields: Any) -> None:
        self.fields.update(fields)
        self.set.update(fields)

    def begin(self) -> None:
        self.put(groups=[self.id], is_new=True, is_resolved=False)

    def take(self, crash: Crash, report_id: Any, ts: int, *, refreshes_same_version: bool) -> bool:
        """False when there was no room for a value of the report."""
        self.added["reports"] += 1
        first, last = stored_integer(self.fields.get("startTs")), self.last_ts
        self.put(startTs=ts if first is None else min(first, ts), lastTs=ts if last is None else max(last, ts))
        report = crash.report
        self.put(name=crash.name, os=crash.platform, nonfatal=crash.is_nonfatal)
        self.put(**{kind: True for kind in documents.KINDS if report.get(kind)})
        latest = self.fields.get("latest_version")
        if latest is None or versions.is_higher(crash.version, str(latest)):
            self._take_version(crash)
            self._show(crash, report_id)
        elif "lrid" not in self.fields or (refreshes_same_version and crash.version == latest):
            self._show(crash, report_id)
        self._note_version(crash.version)
        return self._count_values(report, crash.measures)

    def reopen(self, version: str) -> bool:
        """Whether the report is of a version in which the group should not occur any more."""
        resolved = self.fields.get("resolved_version")
        if not is_truthy(self.fields.get("is_resolved")) or not isinstance(resolved, str):
            return False
        if not versions.is_higher(version, resolved):
            return False
        self.put(is_resolved=False, is_renewed=True)
        return True

    def knows_version(self, version: str) -> bool:
        known = self.fields.get("app_version_list")
        return version in self.new_versions or (isinstance(known, list) and version in known)

    def measure(self, name: str, number: int | float) -> None:
        self.added[f"{name}.total"] += number  # type: ignore[assignment]  # a Counter adds up any numbers
        self.added[f"{name}.count"] += 1
        self.least[f"{name}.min"] = min(self.least.get(f"{name}.min", number), number)
        self.greatest[f"{name}.max"] = max(self.greatest.get(f"{name}.max", number), number)

    def operators(self) -> Operators:
        added = {**self.values.added, **{path: amount for path, amount in self.added.items() if amount}}
        operators: Operators = {"$set": self.set, "$inc": added, "$min": self.least, "$max": self.greatest}
        if self.new_versions:
            operators["$addToSet"] = {"app_version_list": {"$each": self.new_versions}}
        return {name: paths for name, paths in operators.items() if paths}

    def _show(self, crash: Crash, report_id: Any) -> None:
        self.put(error=crash.report["error"], lrid=str(report_id))

    def _take_version(self, crash: Crash) -> None:
        self.put(latest_version=crash.version, latest_version_for_sort=versions.sort_form(crash.version))

    def _note_version(self, version: str) -> None:
        known = self.fields.get("app_version_list")
        has_room = len(known if isinstance(known, list) else []) + len(self.new_versions) < MOST_VALUES
        if has_room and not self.knows_version(version):
            self.new_versions.append(version)

    def _count_values(self, report: Mapping[str, Any], measures: Mapping[str, int | float]) -> bool:
        has_room = True
        for segment in documents.SEGMENTS:
            if segment in report:
                has_room &= self.values.add(segment, report[segment])
        for name, value in report.get("custom", {}).items():
            has_room &= self.values.add(f"{documents.CUSTOM}.{name}", value[:LONGEST_CUSTOM_VALUE])
        for flag in documents.FLAGS:
            if flag in report:
                self.added[f"{flag}.{'yes' if report[flag] else 'no'}"] += 1
        for name, number in measures.items():
            self.measure(name, number)
        return has_room
