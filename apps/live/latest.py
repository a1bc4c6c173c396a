"""What came in last, a short list per application in Redis: sessions, events, and what plugins tell of theirs.

Written by the worker after the commit, so nothing is told that was not counted. A list that is lost costs a look back
of minutes: figures never come from here.
"""

import logging
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
import redis

from apps.core import json_text, redis_client
from apps.plugin_api.happenings import HAPPENINGS, Happening
from apps.plugin_api.signals import Arrival

logger = logging.getLogger(__name__)

MOST_KEPT = 100
KEPT_SECONDS = 3600
#: Older ones were waiting on a device that was off: they are no news.
NEWS_SECONDS = 300
LONGEST_TEXT = 200
SESSION, EVENT = "session", "event"


def entries_of(arrivals: Iterable[Arrival]) -> list[dict[str, Any]]:
    """{"id", "at" in milliseconds, "uid", "cc", "p", "kind", "text"} in the order of the requests. `kind` is session,
    event or a name of HAPPENINGS."""
    told = dict(HAPPENINGS.items())
    found = []
    for request, profile in arrivals:
        if request.record.received_ms - request.time_ms > NEWS_SECONDS * 1000:
            continue
        who = {"uid": str(profile.get("uid", "")), "cc": str(profile.get("cc", "")), "p": str(profile.get("p", ""))}
        for kind, text in _happened(request, told):
            found.append(
                {"id": secrets.token_hex(6), "at": request.time_ms, **who, "kind": kind, "text": text[:LONGEST_TEXT]}
            )
    return found


def _happened(request: Any, told: Mapping[str, Happening]) -> Iterator[tuple[str, str]]:
    if request.parameters.get("begin_session"):
        yield SESSION, ""
    for name in told.keys() & request.parameters.keys():
        text = _text_of(told[name], request.parameters[name])
        if text:
            yield name, text
    for event in request.events():
        key = event.get("key")
        if not isinstance(key, str) or not key:
            continue
        if key in told:
            text = _text_of(told[key], event)
            if text:
                yield key, text
        elif not key.startswith("[CLY]_"):
            yield EVENT, key


def _text_of(happening: Happening, said: Any) -> str:
    if isinstance(said, str):
        try:
            said = json_text.parse(said)
        except ValueError:
            return ""
    try:
        return str(happening.text(said)) if isinstance(said, Mapping) else ""
    except Exception:
        logger.exception("what came in cannot be told: %s", happening.title)
        return ""


def keep(latest: Mapping[str, Iterable[Arrival]]) -> None:
    """Raises redis.RedisError."""
    pipeline = redis_client.client().pipeline(transaction=False)
    for application_id, arrivals in latest.items():
        entries = entries_of(arrivals)
        if entries:
            pipeline.lpush(_key(application_id), *map(orjson.dumps, entries))
            pipeline.ltrim(_key(application_id), 0, MOST_KEPT - 1)
            pipeline.expire(_key(application_id), KEPT_SECONDS)
    if len(pipeline):
        pipeline.execute()


def read(application_id: str) -> list[dict[str, Any]]:
    """The newest first; none while Redis does not answer."""
    try:
        return [orjson.loads(entry) for entry in redis_client.client().lrange(_key(application_id), 0, -1)]
    except redis.RedisError:
        logger.warning("could not read what came in last", exc_info=True)
        return []


def forget(application_id: str) -> None:
    redis_client.client().delete(_key(application_id))


def _key(application_id: str) -> str:
    return f"tally:live:latest:{application_id}"
