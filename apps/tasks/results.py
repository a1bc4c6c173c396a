"""What tasks have found: small results in the task itself, large ones and files in GridFS (`task_results`)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from gridfs import GridFSBucket
from gridfs.errors import NoFile

from apps.core import mongo
from apps.core.answers import plain
from apps.tasks.kinds import KINDS, Data, File, Kept

BUCKET = "task_results"
MAX_IN_TASK_BYTES = 1024 * 1024
PIECE_BYTES = 255 * 1024


@dataclass(frozen=True, slots=True)
class StoredFile:
    pieces: Iterator[bytes]
    size: int | None  # bytes; None when nobody knows before it is made
    name: str
    extension: str
    content_type: str


def store(task_id: str, result: Data | File | Kept) -> dict[str, Any]:
    """The fields of the task that say where it is. The result of an earlier run goes."""
    if isinstance(result, Kept):
        about = {"name": result.name, "extension": result.extension, "content_type": result.content_type}
        remove(task_id)
        return {"gridfs": False, "hasData": True, "file": {**about, "key": result.key}, "data": ""}
    if isinstance(result, File):
        about = {"name": result.name, "extension": result.extension, "content_type": result.content_type}
        size = _upload(task_id, result.pieces, about)
        return {"gridfs": True, "hasData": size > 0, "file": about, "data": ""}
    text = orjson.dumps(plain(result.value))
    if len(text) <= MAX_IN_TASK_BYTES:
        remove(task_id)
        return {"gridfs": False, "hasData": bool(result.value), "data": text.decode()}
    _upload(task_id, [text], {})
    return {"gridfs": True, "hasData": True, "data": ""}


def data_of(task: Mapping[str, Any]) -> str:
    """JSON text; "" when there is none, or when it is a file."""
    if not task.get("gridfs") or task.get("file"):
        return str(task.get("data") or "")
    try:
        return _bucket().open_download_stream_by_name(str(task["_id"])).read().decode("utf-8", "replace")
    except NoFile:
        return ""


def file_of(task: Mapping[str, Any]) -> StoredFile | None:
    about = task.get("file")
    if not isinstance(about, dict):
        return None
    if "key" in about:
        return _kept(task, about)
    try:
        found = _bucket().open_download_stream_by_name(str(task["_id"]))
    except NoFile:
        return None
    pieces = iter(lambda: found.read(PIECE_BYTES), b"")
    return StoredFile(pieces, found.length, str(about["name"]), str(about["extension"]), str(about["content_type"]))


def _kept(task: Mapping[str, Any], about: Mapping[str, Any]) -> StoredFile | None:
    kind = KINDS.get(str(task.get("kind")))
    found = kind.pieces(str(about["key"])) if kind is not None and kind.pieces is not None else None
    if found is None:
        return None
    return StoredFile(iter(found), None, str(about["name"]), str(about["extension"]), str(about["content_type"]))


def remove(task_id: str, *, but: Any = None) -> None:
    bucket = _bucket()
    for found in list(bucket.find({"filename": task_id})):
        if found._id != but:
            bucket.delete(found._id)


def _upload(task_id: str, pieces: Iterable[bytes], about: Mapping[str, Any]) -> int:
    stream = _bucket().open_upload_stream(task_id, metadata=dict(about))
    size = 0
    try:
        for piece in pieces:
            stream.write(piece)
            size += len(piece)
    except BaseException:
        stream.abort()
        raise
    stream.close()
    remove(task_id, but=stream._id)
    return size


def _bucket() -> GridFSBucket:
    database = mongo.client().get_database(settings.MONGODB_DATABASE_FS, write_concern=mongo.DURABLE)
    return GridFSBucket(database, BUCKET)
