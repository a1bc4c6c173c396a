"""Pictures of members and applications: what is uploaded is decoded, cut to a square and written anew.

So nothing of the upload itself is ever served. They are kept in the database of files under `<id>.png`.
"""

import io
from enum import Enum

import gridfs
from bson import ObjectId
from PIL import Image, ImageOps, UnidentifiedImageError

from apps.core import mongo

SIDE = 72  # pixels
FORMATS = ("PNG", "GIF", "JPEG")
MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 4096 * 4096  # looked at before anything is decoded


class Bucket(Enum):
    APPLICATIONS = "appimages"
    MEMBERS = "memberimages"


class NotAPicture(ValueError):
    """No PNG, GIF or JPEG, broken, or too large."""


def cut(uploaded: bytes) -> bytes:
    """A PNG of SIDE x SIDE pixels. Raises NotAPicture."""
    if len(uploaded) > MAX_BYTES:
        raise NotAPicture
    try:
        with Image.open(io.BytesIO(uploaded), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NotAPicture
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture from error
    written = io.BytesIO()
    ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS).save(written, "PNG")
    return written.getvalue()


def store(bucket: Bucket, owner: str, uploaded: bytes) -> str:
    """The address of the picture without the slash in front. Raises NotAPicture."""
    name, picture = filename(owner), cut(uploaded)
    files = _files(bucket)
    earlier = [found._id for found in files.find({"filename": name})]
    files.upload_from_stream(name, picture, metadata={"contentType": "image/png"})
    for found in earlier:
        _delete(files, found)
    return f"{bucket.value}/{name}"


def read(bucket: Bucket, name: str) -> bytes | None:
    """None when there is no picture of that name."""
    try:
        with _files(bucket).open_download_stream_by_name(name) as stream:
            picture: bytes = stream.read()
            return picture
    except gridfs.NoFile:
        return None


def remove(bucket: Bucket, owner: str) -> None:
    files = _files(bucket)
    for found in list(files.find({"filename": filename(owner)})):
        _delete(files, found._id)


def remove_of_application(application_id: str) -> None:
    remove(Bucket.APPLICATIONS, application_id)


def filename(owner: str) -> str:
    """`owner`: the id of a member or application."""
    if not ObjectId.is_valid(owner):
        raise ValueError(f"{owner!r} is no id")
    return f"{owner}.png"


def _delete(files: gridfs.GridFSBucket, file_id: ObjectId) -> None:
    try:
        files.delete(file_id)
    except gridfs.NoFile:  # somebody else was faster
        return


def _files(bucket: Bucket) -> gridfs.GridFSBucket:
    return gridfs.GridFSBucket(mongo.files_database(), bucket.value)
