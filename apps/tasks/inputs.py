"""What tasks are given that is too large for their arguments: files in GridFS (`task_inputs`)."""

import secrets
from collections.abc import Iterable

from django.conf import settings
from gridfs import GridFSBucket
from gridfs.errors import NoFile

from apps.core import mongo

BUCKET = "task_inputs"


def store(pieces: Iterable[bytes]) -> str:
    """The key by which the task finds it."""
    key = secrets.token_hex(20)
    with _bucket().open_upload_stream(key) as stream:
        for piece in pieces:
            stream.write(piece)
    return key


def read(key: str) -> bytes | None:
    """None when it is gone."""
    try:
        return _bucket().open_download_stream_by_name(key).read()
    except NoFile:
        return None


def remove(key: str) -> None:
    bucket = _bucket()
    for found in list(bucket.find({"filename": key})):
        bucket.delete(found._id)


def _bucket() -> GridFSBucket:
    database = mongo.client().get_database(settings.MONGODB_DATABASE_FS, write_concern=mongo.DURABLE)
    return GridFSBucket(database, BUCKET)
