"""The log files of the processes that `manage.py up` starts. In containers there are none: logs go to the console."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

MAX_SHOWN_BYTES = 1024 * 1024
PIECE_BYTES = 64 * 1024


def names() -> list[str]:
    """ "web", "worker" and so on."""
    return sorted(path.stem for path in folder().glob("*.log") if path.is_file())


def tail(name: str, size: int = MAX_SHOWN_BYTES) -> str:
    """The end of the log. `name` is one of `names()`."""
    size = min(max(size, 0), MAX_SHOWN_BYTES)
    with _path(name).open("rb") as file:
        length = file.seek(0, 2)
        file.seek(max(length - size, 0))
        return file.read(size).decode("utf-8", "replace")


def pieces(name: str) -> Iterator[bytes]:
    with _path(name).open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def empty(name: str) -> None:
    """The process that writes it goes on at the new end: it appends."""
    with _path(name).open("r+b") as file:
        file.truncate(0)


def folder() -> Path:
    return Path(settings.DATA_DIR) / "log"


def _path(name: str) -> Path:
    """Raises FileNotFoundError for what is no log, also for a path."""
    if name not in names():
        raise FileNotFoundError(name)
    return folder() / f"{name}.log"
