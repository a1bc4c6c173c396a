"""One group of crashes while a batch is counted: what is stored of it, and what the batch adds. Pure."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from apps.aggregation.values import is_truthy, stored_integer
from apps.core.texts import gettext_noop
from plugins.crashes import documents, versions
from plugins.crashes.payload import MOST_CUSTOM, TOO_MANY_CUSTOM, Crash

TOO_MANY_VALUES = gettext_noop("Property of a crash beyond the limit of values")

MOST_VALUES = 1_000  # of one property, and of the totals of an application
#: What names of values may fill of a group: all that is counted, the text of the error and the comments have to fit
#: into one document of 16 MB, and a document that is full could not be written any more.
MOST_BYTES, MOST_BYTES_OF_CUSTOM = 500_000, 4_000_000
BYTES_PER_FIELD = 12
LONGEST_CUSTOM_VALUE = 100
Operators = dict[str, dict[str, Any]]


class Values:
    """Maps of counted values: which exist, so that their number and what they fill stay bounded."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self._stored = stored
        self._known: dict[str, set[str]] = {}  # by path
        self._filled: dict[str, int] = {}  # by property, all custom ones together
        self.added: Counter[str] = Counter()  # by path

    def add(self, path: str, value: str) -> str:
        """The reason why it is not counted; "" when it is."""
        value = documents.counted_value(value)
        if not value:
            return ""
        if value not in self._names_at(path) and (reason := self._begin(path, value)):
            return reason
        self.added[f"{path}.{value}"] += 1
        return ""

    def knows(self, path: str, value: str) -> bool:
        return documents.counted_value(value) in self._names_at(path)

    def _begin(self, path: str, value: str) -> str:
        """Of a value that is not there yet. The reason why it finds no room."""
        root, _, custom = path.partition(".")
        is_new_custom = bool(custom) and custom not in self._names_at(root)
        if is_new_custom and len(self._names_at(root)) >= MOST_CUSTOM:
            return TOO_MANY_CUSTOM
        filled = self._filled_by(root) + _size(value) + (_size(custom) if is_new_custom else 0)
        if len(self._names_at(path)) >= MOST_VALUES or filled > (MOST_BYTES_OF_CUSTOM if custom else MOST_BYTES):
            return TOO_MANY_VALUES
        if is_new_custom:
            self._names_at(root).add(custom)
        self._names_at(path).add(value)
        self._filled[root] = filled
        return ""

    def _names_at(self, path: str) -> set[str]:
        known = self._known.get(path)
        if known is None:
            node: Any = self._stored
            for part in path.split("."):
                node = node.get(part) if isinstance(node, Mapping) else None
            known = self._known[path] = set(node) if isinstance(node, Mapping) else set()
        return known

    def _filled_by(self, root: str) -> int:
        filled = self._filled.get(root)
        if filled is None:
            filled = self._filled[root] = _size_below(self._stored.get(root))
        return filled


def _size(name: str) -> int:
    """In bytes, as a field with a number."""
    return len(name.encode()) + BYTES_PER_FIELD


def _size_below(node: Any) -> int:
    if not isinstance(node, Mapping):
        return 0
    return sum(_size(name) + _size_below(below) for name, below in node.items())


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

    def take(self, crash: Crash, report_id: Any, ts: int, *, refreshes_same_version: bool) -> set[str]:
        """The reasons why something of the report is not counted."""
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
        lost = self._count_values(report, crash.measures)
        self._note_version(crash.version)
        return lost

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
        if self.values.knows("app_version", version) and not self.knows_version(version):
            self.new_versions.append(version)

    def _count_values(self, report: Mapping[str, Any], measures: Mapping[str, int | float]) -> set[str]:
        lost = set()
        for segment in documents.SEGMENTS:
            if segment in report:
                lost.add(self.values.add(segment, report[segment]))
        for name, value in report.get("custom", {}).items():
            lost.add(self.values.add(f"{documents.CUSTOM}.{name}", value[:LONGEST_CUSTOM_VALUE]))
        for flag in documents.FLAGS:
            if flag in report:
                self.added[f"{flag}.{'yes' if report[flag] else 'no'}"] += 1
        for name, number in measures.items():
            self.measure(name, number)
        return lost - {""}
