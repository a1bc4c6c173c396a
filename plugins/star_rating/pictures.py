"""Logos of widgets, and pictures that go before them, in the database of files. Nothing is served as it was uploaded:
each is decoded, made smaller where it is large, and written anew."""

import base64
import io
import re

import gridfs
from PIL import Image, ImageOps, UnidentifiedImageError

from apps.core import mongo

MAX_BYTES = 1_572_864  # 1.5 MiB
MAX_PIXELS = 4096 * 4096  # looked at before anything is decoded
SIDE = 512  # pixels
FORMATS = ("PNG", "GIF", "JPEG")
NAME = re.compile(r"[A-Za-z0-9_-]{1,100}(?:\.[a-z]{3,4})?")


class NotAPicture(ValueError):
    """No PNG, GIF or JPEG, or broken."""


class TooLarge(ValueError):
    pass


def store(bucket: str, name: str, uploaded: bytes) -> None:
    """Raises NotAPicture, TooLarge."""
    picture = _png(uploaded)
    files = gridfs.GridFSBucket(mongo.files_database(), bucket)
    earlier = [found._id for found in files.find({"filename": name})]
    files.upload_from_stream(name, picture, metadata={"contentType": "image/png"})
    for found in earlier:
        try:
            files.delete(found)
        except gridfs.NoFile:  # somebody else was faster
            continue


def read(bucket: str, name: str) -> bytes | None:
    """A PNG; None when there is none of that name. Older ones were kept as data URIs."""
    if not NAME.fullmatch(name):
        return None
    try:
        with gridfs.GridFSBucket(mongo.files_database(), bucket).open_download_stream_by_name(name) as stream:
            stored: bytes = stream.read()
    except gridfs.NoFile:
        return None
    try:
        return _png(base64.b64decode(stored.partition(b",")[2]) if stored.startswith(b"data:") else stored)
    except ValueError:
        return None


def _png(uploaded: bytes) -> bytes:
    if len(uploaded) > MAX_BYTES:
        raise TooLarge
    try:
        with Image.open(io.BytesIO(uploaded), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise TooLarge
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except TooLarge:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPicture from error
    upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    upright.save(written, "PNG")
    return written.getvalue()
