"""At most so many pages for one address in a while, when the dashboard is set to production."""

import logging
from collections.abc import Callable

import redis
from django.http import HttpRequest, HttpResponse

from apps.core import clock, redis_client
from apps.core.client_address import accountable_address
from apps.plugin_api import configuration

logger = logging.getLogger(__name__)

API_PATHS = ("/i/", "/o/")


def limit_pages(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path in ("/i", "/o") or request.path.startswith(API_PATHS) or not _is_too_much(request):
            return get_response(request)
        return HttpResponse("Too Many Requests", status=429, content_type="text/plain", headers={"Retry-After": "60"})

    return middleware


def _is_too_much(request: HttpRequest) -> bool:
    settings = configuration.read("security")
    seconds, most = settings["dashboard_rate_limit_window"], settings["dashboard_rate_limit_requests"]
    if not configuration.read("frontend")["production"] or seconds <= 0 or most <= 0:
        return False
    window = clock.now_s() // seconds
    key = f"tally:pages:{accountable_address(request)}:{window}"
    try:
        pipeline = redis_client.client().pipeline()
        pipeline.incr(key)
        pipeline.expire(key, seconds)
        counted = int(pipeline.execute()[0])
    except redis.RedisError:  # people must be able to look at a server whose Redis is away
        logger.warning("could not count a request", exc_info=True)
        return False
    return bool(counted > most)
