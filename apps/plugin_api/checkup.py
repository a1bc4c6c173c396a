"""What `manage.py doctor` looks at: one finding per line, with the way to mend it where something is wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from apps.plugin_api.registry import Registry

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


#: Made after those of the server. A check that raises is a failure of its subject, not the end of the examination; each
#: question to MongoDB has five seconds.
CHECKS: Registry[Check] = Registry("check")
