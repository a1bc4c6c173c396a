"""The road in, for endpoints of plugins that take what `/i` takes: a form on a web page, which is no SDK.

How it is done is said by `apps.ingest`, which plugins do not import.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Take = Callable[[HttpRequest], HttpResponse]

_roads: list[Take] = []


def register(take: Take) -> None:
    """Call from `AppConfig.ready`."""
    _roads[:] = [take]


def take(request: HttpRequest) -> HttpResponse:
    """Stores the request as if it had come to `/i`, and answers as `/i` does.

    No checksum is asked for, since a page cannot keep the application's salt. Check first that the request brings only
    what your endpoint is for.
    """
    return _roads[0](request)
