"""What was merged stays in the memory of the process, for as long as the documents behind it do not change.

Entries are bounded by their bytes; what was not asked for longest goes first. Nobody may change what is kept here, nor
anything that shares parts with it.
"""

import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from typing import Any

BYTES_OF_A_LIST_ENTRY = 8
BYTES_OF_A_LARGE_NUMBER = 32
LARGEST_SHARED_INTEGER = 256  # Python has one object for each of the smaller ones


class KeptTrees:
    """Safe for threads."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, tuple[Hashable, Any, int]] = OrderedDict()
        self._bytes = 0

    @property
    def size_bytes(self) -> int:
        return self._bytes

    def get(self, key: Hashable, version: Hashable) -> Any:
        """None when nothing is kept under this version."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry[0] != version:
                return None
            self._entries.move_to_end(key)
            return entry[1]

    def put(self, key: Hashable, version: Hashable, value: Any, size_bytes: int) -> None:
        """In place of what is kept of the key under another version."""
        with self._lock:
            self._drop(key)
            if size_bytes > self._max_bytes:
                return
            self._entries[key] = (version, value, size_bytes)
            self._bytes += size_bytes
            while self._bytes > self._max_bytes:
                self._drop(next(iter(self._entries)))

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= entry[2]


def bytes_of(node: Mapping[str, Any]) -> int:
    """Of a tree in which equal names are one object, as `merging` makes them."""
    size = sys.getsizeof(node)
    for value in node.values():
        if type(value) is dict:
            size += bytes_of(value)
        elif type(value) is not int or value > LARGEST_SHARED_INTEGER:
            size += BYTES_OF_A_LARGE_NUMBER
    return size
