"""What `manage.py doctor` says: one finding per line, with the way to mend it where something is wrong."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import pymongo

TIMEOUT_SECONDS = 5.0  # of each question to a MongoDB that does not answer

Level = Literal["ok", "warn", "fail"]
Check = Callable[[], Iterable["Finding"]]


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    subject: str
    text: str
    remedy: str = ""  # what to do; empty when all is well

    def __str__(self) -> str:
        line = f"{self.level:<5} {self.subject:<16} {self.text}"
        return f"{line}\n{'':<22} -> {self.remedy}" if self.remedy else line


def ok(subject: str, text: str) -> Finding:
    return Finding("ok", subject, text)


def warn(subject: str, text: str, remedy: str) -> Finding:
    return Finding("warn", subject, text, remedy)


def fail(subject: str, text: str, remedy: str) -> Finding:
    return Finding("fail", subject, text, remedy)


def examine(checks: Iterable[Check]) -> Iterator[Finding]:
    """Every check in turn. One that cannot be made is a failure of its subject, not the end of the examination."""
    for check in checks:
        try:
            with pymongo.timeout(TIMEOUT_SECONDS):
                yield from check()
        except Exception as error:
            name = check.__name__.removeprefix("check_").replace("_", " ")
            yield fail(name, f"could not be checked: {error}", "Mend what is reported above first.")
