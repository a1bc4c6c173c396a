"""A file as the answer to a request, sent while it is made."""

from collections.abc import AsyncIterator, Iterable
from typing import Any
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

from apps.core import clock, file_names
from apps.core.answers import HEADERS


class Download(StreamingHttpResponse):
    """Django would read a synchronous iterator to its end before it sends the first byte under ASGI."""

    def __init__(self, pieces: Iterable[bytes], *, name: str, extension: str, content_type: str) -> None:
        disposition = f"attachment;filename={quote(file_names.safe(name), safe='')}.{extension}"
        headers = {**HEADERS, "Content-Disposition": disposition}
        super().__init__(pieces, content_type=content_type, headers=headers)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces: Any = iter(self)
        following: Any = sync_to_async(next, thread_sensitive=False)
        while (piece := await following(pieces, None)) is not None:
            yield piece


def default_name(subject: str) -> str:
    return f"{subject}_on_{clock.now():%d-%b-%Y}"
