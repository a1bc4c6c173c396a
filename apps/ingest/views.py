"""HTTP in and out of the road in. DRF views whose dispatch does what an SDK needs and nothing else.

They are not reached through Django's handler but from `apps.ingest.asgi`, with an `SdkRequest` in place of an
`HttpRequest`: middleware, request signals, content negotiation and the thread that stock Django gives to each
asynchronous request would cost ten times what the request itself does.
"""

import logging
from collections.abc import Awaitable, Callable

from django.db import DatabaseError
from pymongo.errors import PyMongoError
from redis import RedisError
from rest_framework.views import APIView

from apps.core.sparse_log import SparseLog
from apps.ingest import replies
from apps.ingest.acceptance import accept
from apps.ingest.bulk import accept_bulk
from apps.ingest.fetching import fetch
from apps.ingest.replies import Reply
from apps.ingest.requests import SdkRequest
from apps.pipeline import stream

logger = logging.getLogger(__name__)
trouble = SparseLog(logger)  # a store that is away refuses every request


class SdkView(APIView):
    """GET and POST mean the same."""

    http_method_names = ["get", "post", "options"]
    accept: Callable[[SdkRequest], Awaitable[Reply]]

    async def dispatch(self, request: SdkRequest) -> Reply:  # type: ignore[override]  # see the module's first lines
        if request.method in ("GET", "POST"):
            return await self.get(request)
        return replies.PREFLIGHT if request.method == "OPTIONS" else replies.METHOD_NOT_ALLOWED

    async def get(self, request: SdkRequest) -> Reply:
        """An SDK repeats what was not answered with success: trouble of ours is 503, never a lost request."""
        try:
            return await type(self).accept(request)
        except stream.Full:
            return replies.FULL
        except (stream.Refused, RedisError) as error:
            trouble.error("Requests cannot be stored", error)
            return replies.STORE_UNAVAILABLE
        except (PyMongoError, DatabaseError) as error:
            trouble.error("Applications cannot be looked up", error)
            return replies.DATABASE_UNAVAILABLE
        except Exception:
            logger.exception("A request could not be processed")
            return replies.BROKEN

    post = get


class RequestView(SdkView):
    """`/i`"""

    accept = staticmethod(accept)


class BulkView(SdkView):
    """`/i/bulk`"""

    accept = staticmethod(accept_bulk)


class FetchView(SdkView):
    """`/o/sdk` and `/i/sdk`"""

    accept = staticmethod(fetch)
