"""The road in, for plugins that take what `/i` takes from where no SDK is: a form on a web page, made-up traffic.

How it is done is said by `apps.ingest`, which plugins do not import.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse

Take = Callable[[HttpRequest], HttpResponse]
TakeMany = Callable[[str, Sequence[Mapping[str, Any]]], HttpResponse]

_roads: list[tuple[Take, TakeMany]] = []


def register(take: Take, take_many: TakeMany) -> None:
    """Call from `AppConfig.ready`."""
    _roads[:] = [(take, take_many)]


def take(request: HttpRequest) -> HttpResponse:
    """Stores the request as if it had come to `/i`, and answers as `/i` does.

    No checksum is asked for, since a page cannot keep the application's salt. Check first that the request brings only
    what your endpoint is for.
    """
    return _roads[0][0](request)


def take_many(app_key: str, requests: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """Stores the requests, parameters each, as if `/i/bulk` had brought them; answers as that does: 200 when all are on
    the disk, 503 with `Retry-After` when too much waits. Not for coroutines. No checksum is asked for."""
    return _roads[0][1](app_key, requests)
