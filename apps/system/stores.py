"""Can MongoDB and Redis be reached, and are they what we need? Every refusal says the way out."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import pymongo
import redis
from django.conf import settings
from pymongo.errors import ConfigurationError, OperationFailure, PyMongoError, ServerSelectionTimeoutError

from apps.core import mongo, redis_client
from apps.system.supervision.problems import Problem
from countly_site.environment import NOT_RUNNING_MONGODB, NOT_RUNNING_REDIS

ATTEMPT_SECONDS = 2.0
PAUSE_SECONDS = 0.05
Answer = TypeVar("Answer")


def wait_for_mongodb(seconds: float) -> dict[str, Any]:
    """Returns the answer to `hello`. Raises Problem."""
    where = hide_password(settings.MONGODB_URI)
    try:
        return _until(_hello, seconds, (ServerSelectionTimeoutError, pymongo.errors.AutoReconnect))
    except (ServerSelectionTimeoutError, pymongo.errors.AutoReconnect) as error:
        raise Problem(_silent_mongodb(error)) from error
    except OperationFailure as error:
        raise Problem(
            f"MongoDB at {where} refuses us ({error.details and error.details.get('errmsg')}). "
            "Correct user and password in MONGODB_URI."
        ) from error
    except (ConfigurationError, PyMongoError) as error:
        raise Problem(f"MONGODB_URI cannot be used ({error}). Correct it.") from error


def _hello() -> dict[str, Any]:
    with pymongo.timeout(ATTEMPT_SECONDS):
        mongo.database().command("ping")  # authenticates, which hello alone does not
        return mongo.client().admin.command("hello")


def refuse_standalone(hello: dict[str, Any]) -> None:
    """Transactions need a replica set or a sharded cluster. Raises Problem."""
    if "setName" not in hello and hello.get("msg") != "isdbgrid":
        raise Problem(
            "MongoDB runs as a standalone server, but counting exactly once needs transactions and therefore a "
            "replica set; one node is enough. Start mongod with `--replSet rs0` (or `replication: {replSetName: rs0}` "
            "in mongod.conf) and run `rs.initiate()` once in mongosh."
        )


def wait_for_redis(seconds: float) -> None:
    """Raises Problem."""
    where = hide_password(settings.REDIS_URL)
    try:
        _until(redis_client.client().ping, seconds, (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError))
    except redis.exceptions.AuthenticationError as error:
        raise Problem(f"Redis at {where} refuses us ({error}). Correct user and password in REDIS_URL.") from error
    except (redis.exceptions.RedisError, ValueError) as error:
        raise Problem(_silent_redis(error)) from error


def why_silent(error: Exception) -> str | None:
    """For a command that met the error: what does not answer, and the way out. None where it is something else."""
    if isinstance(error, ServerSelectionTimeoutError):
        return _silent_mongodb(error)
    return _silent_redis(error) if isinstance(error, redis.exceptions.ConnectionError) else None


def _silent_mongodb(error: Exception) -> str:
    if settings.MONGODB_URI == NOT_RUNNING_MONGODB:
        return _nothing_runs()
    reason = str(error).split(",")[0].split(" (configured timeouts")[0]
    return (
        f"MongoDB does not answer at {hide_password(settings.MONGODB_URI)} ({reason}). Start it or correct "
        "MONGODB_URI; with MONGODB_URI unset, `make run` starts an embedded one."
    )


def _silent_redis(error: Exception) -> str:
    if settings.REDIS_URL == NOT_RUNNING_REDIS:
        return _nothing_runs()
    return (
        f"Redis does not answer at {hide_password(settings.REDIS_URL)} ({error}). Start it or correct REDIS_URL; "
        "with REDIS_URL unset, `make run` starts an embedded Valkey."
    )


def _nothing_runs() -> str:
    return (
        f"no server runs with DATA_DIR={settings.DATA_DIR}. Start it with `make run`, or name servers of your own in "
        "MONGODB_URI and REDIS_URL."
    )


def _until(ask: Callable[[], Answer], seconds: float, transient: tuple[type[Exception], ...]) -> Answer:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except transient:
            if time.monotonic() > deadline:
                raise
        time.sleep(PAUSE_SECONDS)


def hide_password(url: str) -> str:
    """The address without user name and password, for messages."""
    scheme, separator, rest = url.partition("://")
    return scheme + separator + rest.rpartition("@")[2].partition("?")[0]
