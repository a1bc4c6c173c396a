"""What can be done as a long task. Rooms and plugins offer kinds; a task names one, and its arguments."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.core.texts import Text
from apps.plugin_api.registry import Registry


class Cancelled(Exception):
    """Somebody deleted the task: what runs need not go on."""


@dataclass(frozen=True, slots=True)
class Running:
    """A task while it runs, as its kind sees it."""

    id: str
    arguments: Mapping[str, Any]
    creator: str  # id of a member
    application_id: str  # "" when it belongs to none
    progress: Callable[[float], None]  # from 0 to 1; may raise Cancelled. As often as one likes


@dataclass(frozen=True, slots=True)
class Data:
    """A result that is shown: anything JSON can say."""

    value: Any


@dataclass(frozen=True, slots=True)
class File:
    """A result that is downloaded. The pieces are stored as they are made."""

    pieces: Iterable[bytes]
    name: str  # without extension
    extension: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A result that the room of the kind keeps. It is made a file of each time that somebody downloads it."""

    key: str  # by which `Kind.pieces` finds it
    name: str
    extension: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Kind:
    title: Text  # for people
    run: Callable[[Running], Data | File | Kept]  # may raise: the text of the error is shown with the task
    pieces: Callable[[str], Iterable[bytes] | None] | None = None  # of a Kept result; None when it is gone
    #: Called with the task when it is deleted: what the room keeps for it, or was given with it, goes too.
    forget: Callable[[Mapping[str, Any]], None] | None = None
    is_repeatable: bool = True


KINDS: Registry[Kind] = Registry("kind of long task")
