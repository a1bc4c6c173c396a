"""The parameter `crash`: what an SDK tells of a crash, read strictly into a report as it is stored. Pure."""

from dataclasses import dataclass
from typing import Any

import orjson

from apps.aggregation.values import is_truthy, number_of, rounded, stored_number, text_of
from apps.core import json_text
from apps.core.keys import NUL_SIGN, well_formed
from apps.core.texts import gettext_noop
from plugins.crashes import documents, plcrash, stacks, threads, versions
from plugins.crashes.stacks import Grouping

UNREADABLE = gettext_noop("Crash is no JSON object")
INCOMPLETE = gettext_noop("Crash without error, app version or platform")
SHORTENED = gettext_noop("Text of a crash beyond the limit of its length")
TOO_MANY_CUSTOM = gettext_noop("Custom property of a crash beyond the limit")

LONGEST_ERROR = 200_000  # characters; of the logs too
LONGEST_DUMP = 6_000_000
LONGEST_TEXT = 1_000
LONGEST_NAME = 2_000
MOST_CUSTOM = 100
MOST_IMAGES = 2_000
UNSYMBOLICATED = "Unsymbolicated native crash"

TEXTS = ("type", "architecture", "app_build", "build_uuid", "executable_name", "load_address")
MARKS = ("javascript", "plcrash", "native_cpp")
RATIOS = ("ram", "disk", "bat")  # of `_current` to `_total`, in percent


@dataclass(frozen=True, slots=True)
class Crash:
    report: dict[str, Any]  # without what depends on the user: group, uid, ts, ...
    name: str  # that people see
    is_nonfatal: bool
    measures: dict[str, int | float]
    is_shortened: bool
    lost_custom: int

    @property
    def platform(self) -> str:
        return str(self.report["os"])

    @property
    def version(self) -> str:
        return str(self.report["app_version"])

    def group(self, application_id: str, grouping: Grouping) -> str:
        report = self.report
        is_everywhere = bool(report.get("not_os_specific"))
        is_script = is_everywhere or bool(report.get("javascript"))
        error = str(report["error"])
        if report.get("plcrash"):
            error = threads.crashed_thread(error) or error
        lines = stacks.lines_of(error, self.platform, is_script=is_script)
        seed = stacks.seed_of(str(report.get("name") or ""), lines, grouping)
        platform = "" if is_everywhere else self.platform
        return stacks.group_id(application_id, platform, seed, is_nonfatal=self.is_nonfatal)


def read(sent: Any) -> Crash | str:
    """The crash, or the reason why it cannot be used."""
    if isinstance(sent, str):
        try:
            sent = json_text.parse(sent)
        except ValueError:
            return UNREADABLE
    if not isinstance(sent, dict):
        return UNREADABLE
    if not all(is_truthy(sent.get(name)) for name in ("_error", "_app_version", "_os")):
        return INCOMPLETE
    return _Reading(sent).crash()


class _Reading:
    def __init__(self, sent: dict[str, Any]) -> None:
        self.sent = sent
        self.report: dict[str, Any] = {}
        self.is_shortened = False
        self.lost_custom = 0

    def crash(self) -> Crash:
        report = self.report
        report["os"] = self._text("_os")
        for name in documents.SEGMENTS:
            if is_truthy(self.sent.get(f"_{name}")):
                report[name] = self._text(f"_{name}")
        for name in TEXTS:
            if is_truthy(self.sent.get(f"_{name}")):
                report[name] = self._text(f"_{name}")
        for name in documents.FLAGS:
            flag = self.sent.get(f"_{name}")
            if flag in ("true", "false") or isinstance(flag, bool):  # 1 and 0 are numbers, which say nothing here
                report[name] = 1 if flag in ("true", True) else 0
        for name in MARKS:
            if _says_yes(self.sent.get(f"_{name}")):
                report[name] = True
        if _says_yes(self.sent.get("_not_os_specific")):
            report["not_os_specific"] = True
            report["os_name"] = report["os"]
        report["nonfatal"] = _says_yes(self.sent.get("_nonfatal"))
        if is_truthy(self.sent.get("_name")):
            report["name"] = self._text("_name", LONGEST_NAME)
        if is_truthy(self.sent.get("_logs")):
            report["logs"] = self._text("_logs", LONGEST_ERROR)
        self._read_custom()
        self._read_error()
        report.update(versions.parts(report["app_version"]))
        measures = self._measures()
        name = stacks.first_line(report.get("name") or report["error"])[:LONGEST_NAME]
        return Crash(report, name, report["nonfatal"], measures, self.is_shortened, self.lost_custom)

    def _read_error(self) -> None:
        report = self.report
        if report.get("native_cpp"):
            # There is nothing here that reads minidumps: the dump is kept for those who can.
            report["error"] = report["name"] = UNSYMBOLICATED
            report["unprocessed"] = True
            report["binary_crash_dump"] = self._text("_error", LONGEST_DUMP)
        else:
            report["error"] = stacks.tidy(self._text("_error", LONGEST_ERROR)) or "-"
        images = self.sent.get("_binary_images")
        if report.get("plcrash"):
            told = plcrash.read(report["error"])
            images = images or told.pop("binary_images", None)
            told.pop("binary_images", None)
            for name, value in told.items():
                report.setdefault(name, value)
        if is_truthy(images):
            report["binary_images"] = self._images(images)

    def _images(self, images: Any) -> str:
        """Keyed by name and address: a name can be loaded twice. A text is kept as it is."""
        if isinstance(images, str):
            return self._cut(images, LONGEST_ERROR)
        found = {}
        if isinstance(images, dict):
            for name, image in list(images.items())[:MOST_IMAGES]:
                if isinstance(image, dict):
                    entry = {str(key)[:50]: text_of(value)[:LONGEST_TEXT] for key, value in list(image.items())[:20]}
                    entry.setdefault("bn", name[:LONGEST_TEXT])
                    found[f"{entry['bn']}-{entry.get('la', '')}"] = entry
        return orjson.dumps(found).decode()

    def _read_custom(self) -> None:
        custom = self.sent.get("_custom")
        if isinstance(custom, str):
            try:
                custom = json_text.parse(custom)
            except ValueError:
                return
        if not isinstance(custom, dict):
            return
        kept: dict[str, str] = {}
        for name, value in custom.items():
            field = well_formed(name).removeprefix("$").replace(".", ":").replace("\0", NUL_SIGN)[:LONGEST_TEXT]
            if not field or field.startswith("$") or value is None:
                continue
            if field not in kept and len(kept) == MOST_CUSTOM:
                self.lost_custom += 1
            else:
                kept[field] = self._cut(text_of(value), LONGEST_TEXT)
        if kept:
            self.report["custom"] = kept

    def _measures(self) -> dict[str, int | float]:
        """What a group keeps the average of; the raw numbers go into the report."""
        found: dict[str, int | float] = {}
        for name in (*(f"{ratio}_{end}" for ratio in RATIOS for end in ("current", "total")), "bat", "run"):
            number = number_of(self.sent.get(f"_{name}"))
            if number is not None:
                self.report[name] = number
        for ratio in RATIOS:
            current, total = self.report.get(f"{ratio}_current"), self.report.get(f"{ratio}_total")
            if current is not None and total:
                found[ratio] = stored_number(rounded(current / total * 100, 2))
        for name in ("bat", "run"):
            if name in self.report:
                found.setdefault(name, self.report[name])
        return found

    def _text(self, name: str, limit: int = LONGEST_TEXT) -> str:
        return self._cut(text_of(self.sent[name]), limit)

    def _cut(self, text: str, limit: int) -> str:
        if len(text) > limit:
            self.is_shortened = True
            text = text[:limit]
        return well_formed(text)


def _says_yes(value: Any) -> bool:
    return is_truthy(value) and value != "false"
