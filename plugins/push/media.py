"""Whether devices will show a picture, a sound or a film: what its server says of it."""

from typing import Any

from apps.core import outgoing
from plugins.push.failures import bad_parameters, invalid

MAX_BYTES = 1024 * 1024
TYPES = frozenset(
    {"image/gif", "image/png", "image/jpeg", "image/jpg", "audio/mpeg", "audio/mp3", "audio/wav", "audio/x-wav",
     "video/mp4", "video/mpeg", "video/quicktime"}
)  # fmt: skip


def examine(url: Any) -> dict[str, Any]:
    """Raises PushProblem."""
    if not isinstance(url, str) or not url:
        raise bad_parameters("Missing url argument")
    try:
        answer = outgoing.send("HEAD", url, {})
    except outgoing.Blocked as error:
        raise invalid("Invalid URL") from error
    except outgoing.NoAnswer as error:
        raise invalid("The address does not answer") from error
    if answer.status != 200:
        raise invalid(f"The address answers with the status {answer.status}")
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    size = answer.headers.get("content-length", "")
    if kind not in TYPES:
        raise invalid("Media mime type is not supported")
    if not size.isdigit() or int(size) > MAX_BYTES:
        raise invalid("Media size is too large, or not known")
    return {"media": url, "mediaMime": kind, "mediaSize": int(size)}
