"""MongoDB and Redis: reachable, able to keep their promises, and not outgrown."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from apps.core import clock, mongo, redis_client
from apps.system import stores
from apps.system.checkup.findings import Finding, fail, ok, warn
from apps.system.supervision.problems import Problem
from countly_site.environment import embedded_endpoints

WAIT_SECONDS = 2.0
OLDEST_MONGODB = (6, 0)
OLDEST_REDIS = (6, 2)  # the first that trims a stream by id
EMBEDDED_MAX_DOCUMENTS = 100_000
MAX_SKEW_SECONDS = 5.0


def check_mongodb() -> Iterator[Finding]:
    try:
        hello = stores.wait_for_mongodb(WAIT_SECONDS)
        stores.refuse_standalone(hello)
    except Problem as problem:
        what, _, remedy = str(problem).partition(". ")
        yield fail("MongoDB", what, remedy)
        return
    version = str(mongo.client().server_info()["version"])
    kind = "sharded cluster" if hello.get("msg") == "isdbgrid" else f"replica set {hello['setName']}"
    if is_embedded("mongodb_uri"):
        yield ok("MongoDB", "embedded, for trying out; set MONGODB_URI for production")
        yield from _outgrown_collections()
    elif numbers(version) < OLDEST_MONGODB:
        yield fail("MongoDB", f"{version} is too old", f"Upgrade to {OLDEST_MONGODB[0]}.0 or later.")
    else:
        yield ok("MongoDB", f"{version}, {kind}")
    yield from _skew("MongoDB", hello["localTime"].replace(tzinfo=UTC).timestamp())


def _outgrown_collections() -> Iterator[Finding]:
    database = mongo.database()
    for name in sorted(database.list_collection_names()):
        documents = database[name].estimated_document_count()
        if documents > EMBEDDED_MAX_DOCUMENTS:
            yield warn(
                "MongoDB",
                f"{name} holds {documents:,} documents, too many for the embedded server to be quick",
                "Move to a MongoDB replica set: dump with mongodump, restore with mongorestore, set MONGODB_URI.",
            )


def check_migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield fail("Migrations", f"{len(missing)} are not applied", "Run `manage.py prepare`.")
    else:
        yield ok("Migrations", "all applied")


def check_redis() -> Iterator[Finding]:
    try:
        stores.wait_for_redis(WAIT_SECONDS)
    except Problem as problem:
        what, _, remedy = str(problem).partition(". ")
        yield fail("Redis", what, remedy)
        return
    info: dict[str, Any] = redis_client.client().info()
    version = str(info.get("valkey_version") or info["redis_version"])
    if numbers(version) < OLDEST_REDIS:
        yield fail("Redis", f"{version} is too old", f"Upgrade to {'.'.join(map(str, OLDEST_REDIS))} or later.")
    else:
        yield ok("Redis", f"{version}{', embedded' if is_embedded('redis_url') else ''}")
    yield from redis_durability(info)
    seconds, microseconds = redis_client.client().time()
    yield from _skew("Redis", seconds + microseconds / 1e6)


def redis_durability(info: dict[str, Any]) -> Iterator[Finding]:
    """Reads an answer to INFO."""
    if not info.get("aof_enabled"):
        yield warn(
            "Redis",
            "its append-only file is off: a crash of Redis loses acknowledged requests",
            "Set `appendonly yes` and `appendfsync always` (or `everysec`, which may lose the last second).",
        )
    elif info.get("aof_last_write_status", "ok") != "ok":
        yield fail("Redis", "cannot write its append-only file", "Free space on the disk of Redis.")
    else:
        yield ok("Redis", "append-only file is on")
    policy = info.get("maxmemory_policy", "noeviction")
    if info.get("maxmemory") and policy != "noeviction":
        yield fail(
            "Redis",
            f"throws data away when its memory is full (maxmemory-policy {policy}), waiting requests too",
            "Set `maxmemory-policy noeviction`.",
        )


def _skew(store: str, its_seconds: float) -> Iterator[Finding]:
    skew = its_seconds - clock.now_ms() / 1000
    if abs(skew) > MAX_SKEW_SECONDS:
        yield warn("Clock", f"of {store} is {skew:+.0f} s off this machine's", "Let NTP set the clocks of both.")
    else:
        yield ok("Clock", f"of {store} agrees with this machine's")


def is_embedded(endpoint: str) -> bool:
    address = {"mongodb_uri": settings.MONGODB_URI, "redis_url": settings.REDIS_URL}[endpoint]
    return embedded_endpoints(settings.DATA_DIR).get(endpoint) == address


def numbers(version: str) -> tuple[int, ...]:
    """`"7.0.12-rc1"` -> `(7, 0)`."""
    return tuple(int(part) for part in version.split(".")[:2])
