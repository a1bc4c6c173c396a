# SPDX-License-Identifier: GPL-2.0-only
"""Starts the embedded MongoDB-compatible server, with those of its loops made faster that counting waits for.

This one file works inside a GPL-2.0-only program and bears its licence. It runs as a process of its own: nothing of
Tally imports it, and it imports nothing of Tally. Each change has a test that says when it can go. What a change does
not know it leaves to the original.
"""

import inspect
import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import bson
import secantus.storage
import secantus.update
import wiredtiger.swig_wiredtiger
from bson import Int64, ObjectId
from secantus.cli import main
from secantus.numerics import IntegerOverflowError, bson_add
from secantus.storage import Storage
from wiredtiger.intpacking import pack_int, unpack_int

_check_paths = secantus.update._validate_update_paths
_apply_update = secantus.update.apply_update
_pack = wiredtiger.swig_wiredtiger.pack
_unpack = wiredtiger.swig_wiredtiger.unpack
_init = Storage.__init__
_check_geo = Storage._validate_geo_indexes
_iter_indexes = Storage._iter_indexes
_coll_options = Storage._coll_options
_write_coll_options = Storage._write_coll_options
_update_one_statement = inspect.unwrap(Storage._update_matching_single_txn)  # one attempt of it, like the next
_insert_chunk = inspect.unwrap(Storage._insert_chunk)
_mark_multikey = Storage._maybe_mark_multikey
_write_entries = Storage._write_index_entries
_delete_entries = Storage._delete_index_entries

#: Of the thread: `read`, what the statement or transaction at hand has read of collections; `replaced`, documents whose
#: index entries are about to be replaced; `valid`, the update whose paths were checked last.
_own = threading.local()

END: dict[str, Any] = {}  # marks in the tree of paths where one ends
MISSING = object()
INT32_MAX = 2**31 - 1
#: Arguments that say nothing to a plain update in a transaction, and options of a plain index.
WITHOUT_MEANING = {"journal", "let"}
OF_PLAIN_INDEXES = {"entryFormat", "multikey", "v", "name", "background"}


def without_oplog(self: Any, *arguments: Any, **named: Any) -> None:
    """The original keeps a log of changes, for change streams and replicas, and cannot be told not to without giving up
    transactions: for each update it compares both documents path by path and encodes the difference twice.

    Nothing here reads it.
    """
    _init(self, *arguments, **{**named, "enable_oplog": False})


# Updates --------------------------------------------------------------------------------------------------------------
def validate_update_paths(update: Mapping[str, Any]) -> tuple[str, str] | None:
    """The original compares each path with each other one: with 500 counters in an update, 125,000 comparisons. And it
    does so twice.

    Here a tree of the path's parts finds any offence in one pass; which one it is, the original says.
    """
    if update is getattr(_own, "valid", None):
        return None
    tree: dict[str, Any] = {}
    for operator, fields in update.items():
        if operator == "$rename" or operator not in secantus.update._KNOWN_UPDATE_OPS:
            return _check_paths(update)
        if not isinstance(fields, Mapping):
            continue
        for path in fields:
            node = tree
            *parents, last = path.split(".")
            for part in parents:
                node = node.setdefault(part, {})
                if node is END or not part:
                    return _check_paths(update)
            if not last or last in node:
                return _check_paths(update)
            node[last] = END
    _own.valid = update
    return None


def apply_update(doc: dict[str, Any], update: Any, *, is_upsert: bool = False, **named: Any) -> dict[str, Any]:
    """The original copies the whole document and walks each path five times.

    Here only what changes is copied, and each path is walked once. Anything but plain fields is left to the original.
    """
    if type(update) is dict and not named.get("array_filters") and validate_update_paths(update) is None:
        changed = _plainly_updated(doc, update, is_upsert=is_upsert)
        if changed is not None:
            return changed
    return _apply_update(doc, update, is_upsert=is_upsert, **named)


def _plainly_updated(doc: dict[str, Any], update: dict[str, Any], *, is_upsert: bool) -> dict[str, Any] | None:
    """None when something is not plain."""
    result = dict(doc)
    own = {id(result)}  # dicts that are copies already
    for operator, fields in update.items():
        if operator == "$setOnInsert" and not is_upsert:
            continue
        if operator not in ("$set", "$setOnInsert", "$inc", "$unset") or type(fields) is not dict:
            return None
        for path, value in fields.items():
            *parents, last = path.split(".")
            if "$" in path or path == "_id" or (parents and parents[0] == "_id"):
                return None
            node = result
            for part in parents:
                child = node.get(part, MISSING)
                if child is MISSING:
                    if operator == "$unset":
                        break
                    child = {}
                elif type(child) is not dict:
                    return None
                elif id(child) not in own:
                    child = dict(child)
                else:
                    node = child
                    continue
                own.add(id(child))
                node[part] = child
                node = child
            else:
                if operator == "$unset":
                    node.pop(last, None)
                elif operator == "$inc":
                    total = _sum(node.get(last, 0), value)
                    if total is None:
                        return None
                    node[last] = total
                else:
                    node[last] = value
    return result


def _sum(current: Any, added: Any) -> Any:
    if type(current) is int and type(added) is int and -INT32_MAX <= current + added <= INT32_MAX:
        return current + added
    if {type(current), type(added)} <= {int, float, Int64}:
        try:
            return bson_add(current, added)
        except IntegerOverflowError:
            return None
    return None


# Indexes and collections ----------------------------------------------------------------------------------------------
def validate_geo_indexes(
    self: Any, db: str, coll: str, doc: dict[str, Any], indexes: Any, partials: Any = None
) -> None:
    """The original reads the options of all indexes from disk for each document, also when none is geographic."""
    if any(secantus.storage._geo_type_of(key_spec) for _, key_spec, _, _ in indexes):
        _check_geo(self, db, coll, doc, indexes, partials)


@secantus.storage._retry_write_conflicts
def update_one_statement(
    self: Any, db: str, coll: str, filter: dict[str, Any], update: Any, *, upsert: bool = False, **named: Any
) -> Any:
    """The original reads the descriptions of a collection and of its indexes from disk about twelve times for each
    update, and takes all entries of a document out of the indexes to put the same ones in again.

    One reading serves a transaction, which could not see another one, or a statement outside of any: it holds the lock
    under which indexes are made and dropped.
    """
    _own.read, _own.replaced = _reading(self), {}
    try:
        if _is_plain(self, filter, update, named) and (done := _update_by_id(self, db, coll, filter["_id"], update)):
            return done
        return _update_one_statement(self, db, coll, filter, update, upsert=upsert, **named)
    finally:
        _own.read = _own.replaced = None


def _is_plain(storage: Any, filter: dict[str, Any], update: Any, named: Mapping[str, Any]) -> bool:
    """One document of a transaction, by its id, and nothing of what makes an update special."""
    return (
        getattr(storage._tls, "user_txn", None) is not None
        and filter.keys() == {"_id"}
        and type(filter["_id"]) in (str, ObjectId)
        and type(update) is dict
        and not any(value for name, value in named.items() if name not in WITHOUT_MEANING)
    )


def _update_by_id(self: Any, db: str, coll: str, document_id: Any, update: dict[str, Any]) -> dict[str, Any] | None:
    """What the original does for a document that is there, without looking for a plan, comparing it with the filter and
    all that other kinds of collections need. None when it is not as plain as that: nothing was written then."""
    with self._coll_lock(db, coll):
        self._note_write(db, coll)
        indexes = _plain_indexes(self, db, coll)
        recordid = None if indexes is None else self._doc_recordid(db, coll, secantus.storage._id_key(document_id))
        if indexes is None or recordid is None or validate_update_paths(update) is not None:
            return None
        rows = self._cursor(secantus.storage._doc_table_for(db, coll))
        rows.set_key(db, coll, recordid)
        if rows.search() != 0:
            return None
        id_key, stored = secantus.storage._unframe_doc_value(bytes(rows.get_value()))
        before = bson.decode(stored)
        after = _plainly_updated(before, update, is_upsert=False)
        if after is None or not update or len(encoded := bson.encode(after)) > secantus.storage.MAX_BSON_OBJECT_SIZE:
            return None
        if encoded == stored:
            return None
        rows.reset()
        rows[db, coll, recordid] = secantus.storage._frame_doc_value(id_key, encoded)
        if changed := [index for index in indexes if _differs(before, after, index[1])]:
            _delete_entries(self, db, coll, before, changed, {}, recordid=recordid)
            _write_entries(self, db, coll, after, changed, {}, recordid=recordid)
            self._maybe_mark_multikey(db, coll, after, changed, self._multikey_index_names(db, coll))
    return {"matched": 1, "modified": 1, "upserted_id": None, "did_upsert": False}


def _plain_indexes(self: Any, db: str, coll: str) -> list[tuple[str, dict[str, Any], bool, bool]] | None:
    """None for a collection, or with an index, of a special kind."""
    key = (db, coll, "plain")
    if key not in _own.read:
        options = self._coll_options(db, coll)
        is_plain = options is not None and not options.keys() & {"capped", "timeseries", "viewOn", "validator"}
        described = list(self._iter_indexes(db, coll)) if is_plain else []
        is_plain = is_plain and not any(
            each.keys() - OF_PLAIN_INDEXES or secantus.storage._geo_type_of(key_spec) for _, key_spec, each in described
        )
        _own.read[key] = [(name, spec, False, False) for name, spec, _ in described] if is_plain else None
    found: list[tuple[str, dict[str, Any], bool, bool]] | None = _own.read[key]
    return found


@secantus.storage._retry_write_conflicts
def insert_chunk(self: Any, *arguments: Any, **named: Any) -> Any:
    _own.read = _reading(self)
    try:
        return _insert_chunk(self, *arguments, **named)
    finally:
        _own.read = None


class Transaction(secantus.storage.UserTransactionHandle):
    __slots__ = ("read",)

    def __init__(self, session: Any) -> None:
        super().__init__(session)
        self.read: dict[Any, Any] = {}


def _reading(storage: Any) -> dict[Any, Any]:
    transaction: Transaction | None = getattr(storage._tls, "user_txn", None)
    return {} if transaction is None else transaction.read


def iter_indexes(self: Any, db: str, coll: str) -> Iterable[tuple[str, dict[str, Any], dict[str, Any]]]:
    read: dict[Any, Any] | None = getattr(_own, "read", None)
    if read is None:
        return _iter_indexes(self, db, coll)
    if (db, coll) not in read:
        read[db, coll] = list(_iter_indexes(self, db, coll))
    return list(read[db, coll])


def coll_options(self: Any, db: str, coll: str) -> dict[str, Any] | None:
    read: dict[Any, Any] | None = getattr(_own, "read", None)
    if read is None:
        return _coll_options(self, db, coll)
    key = (db, coll, "options")
    if read.get(key) is None:  # also of a collection that is made by this very statement
        read[key] = _coll_options(self, db, coll)
    return None if read[key] is None else dict(read[key])


def write_coll_options(self: Any, *arguments: Any) -> None:
    _forget_what_was_read()
    _write_coll_options(self, *arguments)


def mark_multikey(self: Any, db: str, coll: str, doc: Any, indexes: Any, already: set[str]) -> set[str]:
    """The one step of an update that may change a description of an index."""
    before = len(already)
    marked = _mark_multikey(self, db, coll, doc, indexes, already)
    if len(marked) != before:
        _forget_what_was_read()
    return marked


def _forget_what_was_read() -> None:
    read: dict[Any, Any] | None = getattr(_own, "read", None)
    if read is not None:
        read.clear()


def delete_index_entries(
    self: Any, db: str, coll: str, doc: Any, indexes: Any, partials: Any = None, *, recordid: int
) -> None:
    """Put off until it is known by what they are replaced."""
    replaced: dict[Any, Any] | None = getattr(_own, "replaced", None)
    if replaced is None:
        _delete_entries(self, db, coll, doc, indexes, partials, recordid=recordid)
    else:
        replaced[db, coll, recordid] = doc


def write_index_entries(
    self: Any, db: str, coll: str, doc: Any, indexes: Any, partials: Any = None, *, recordid: int
) -> None:
    replaced: dict[Any, Any] | None = getattr(_own, "replaced", None)
    before = replaced.pop((db, coll, recordid), None) if replaced else None
    if before is not None:
        indexes = [index for index in indexes if index[0] in (partials or ()) or _differs(before, doc, index[1])]
        _delete_entries(self, db, coll, before, indexes, partials, recordid=recordid)
    _write_entries(self, db, coll, doc, indexes, partials, recordid=recordid)


def _differs(before: dict[str, Any], after: dict[str, Any], key_spec: Mapping[str, Any]) -> bool:
    for path in key_spec:
        field = path.partition(".")[0]
        old, new = before.get(field, MISSING), after.get(field, MISSING)
        if old is not new and (type(old) is not type(new) or isinstance(old, dict | list) or old != new):
            return True
    return False


# Keys and values in the storage engine --------------------------------------------------------------------------------
def pack(form: str, *values: Any) -> bytes:
    """The original interprets the description of the columns, in Python, for each key and each value.

    The columns here are texts, and behind them at most one of raw bytes or one whole number.
    """
    count, tail = _columns(form)
    if count + len(tail) == len(values) and (packed := _packed_texts(values[:count]) if count else b"") is not None:
        if not tail:
            return packed
        last = values[count]
        if tail == "u" and type(last) is bytes:
            return packed + last
        if tail == "q" and type(last) is int:
            return packed + bytes(pack_int(last))
    return _pack(form, *values)  # type: ignore[no-any-return]  # it has no types


def unpack(form: str, packed: bytes) -> list[Any]:
    count, tail = _columns(form)
    if type(packed) is bytes and tail in ("u", "q"):
        *texts, rest = packed.split(b"\0", count)
        if len(texts) == count:
            return [*(text.decode() for text in texts), rest if tail == "u" else unpack_int(rest)[0]]
    return _unpack(form, packed)  # type: ignore[no-any-return]


@lru_cache
def _columns(form: str) -> tuple[int, str]:
    """Of how many texts, and what is behind them; of no texts and something impossible when it is something else."""
    count = form.count("S")
    tail = form[count:]
    return (count, tail) if form.startswith("S" * count) and tail in ("", "u", "q") else (0, "other")


@lru_cache(maxsize=4096)
def _packed_texts(texts: tuple[str, ...]) -> bytes | None:
    return None if any("\0" in text for text in texts) else b"".join(text.encode() + b"\0" for text in texts)


CHANGES: list[tuple[Any, str, Any]] = [
    (secantus.update, "_validate_update_paths", validate_update_paths),
    (secantus.storage, "apply_update", apply_update),
    (secantus.storage, "UserTransactionHandle", Transaction),
    (wiredtiger.swig_wiredtiger, "pack", pack),
    (wiredtiger.swig_wiredtiger, "unpack", unpack),
    (Storage, "__init__", without_oplog),
    (Storage, "_validate_geo_indexes", validate_geo_indexes),
    (Storage, "_update_matching_single_txn", update_one_statement),
    (Storage, "_insert_chunk", insert_chunk),
    (Storage, "_iter_indexes", iter_indexes),
    (Storage, "_coll_options", coll_options),
    (Storage, "_write_coll_options", write_coll_options),
    (Storage, "_maybe_mark_multikey", mark_multikey),
    (Storage, "_write_index_entries", write_index_entries),
    (Storage, "_delete_index_entries", delete_index_entries),
]

if __name__ == "__main__":
    for owner, name, change in CHANGES:
        setattr(owner, name, change)
    raise SystemExit(main())
