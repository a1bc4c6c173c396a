"""Who flushes a shard at the moment, and how another worker takes over from one that died.

Counting once does not rest on this: two flushes of one shard at the same time would only do the work of one. The lease
spares that work. And it ends the transaction that a killed worker left open, which would otherwise keep its profiles
locked until the database gives up on it, a minute later.
"""

import logging
import secrets
import threading
from types import TracebackType
from uuid import UUID

import redis
from bson import Binary
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError

from apps.core import mongo, redis_client

logger = logging.getLogger(__name__)

LEASE_SECONDS = 5
RENEW_SECONDS = 1.5
#: Longer than a lease: who waits for a dead worker gets its place.
WAIT_SECONDS = 8
SESSION_KEY_SECONDS = 600


class Busy(Exception):
    """Another worker flushes this shard and is alive."""


class Lease:
    """A context manager. Raises Busy, and redis.RedisError when Redis does not answer at the beginning."""

    def __init__(self, shard: int, *, waits: bool = True) -> None:
        patience = {"blocking_timeout": WAIT_SECONDS} if waits else {"blocking": False}
        self._lock = redis_client.client().lock(
            f"flush:{shard}:lease", timeout=LEASE_SECONDS, thread_local=False, **patience
        )
        self._session_key = f"flush:{shard}:session"
        self._ended = threading.Event()
        self._renewer = threading.Thread(target=self._renew, name=f"lease-{shard}-{secrets.token_hex(2)}", daemon=True)

    def __enter__(self) -> "Lease":
        if not self._lock.acquire():
            raise Busy
        self._end_transaction_left_open()
        self._renewer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._renewer.join()
        try:
            if self._lock.owned():
                redis_client.client().delete(self._session_key)
                self._lock.release()
        except redis.RedisError as failure:
            # It ends by itself. What the flush had to say about Redis it has said.
            logger.debug("the lease was not given back: %s", failure)

    def note_session(self, session: ClientSession) -> None:
        """Call when a transaction begins: so it can be ended should this process die in it."""
        if self._lock.owned():
            redis_client.client().set(self._session_key, bytes(session.session_id["id"]), ex=SESSION_KEY_SECONDS)

    def _end_transaction_left_open(self) -> None:
        left: bytes | None = redis_client.client().get(self._session_key)  # type: ignore[assignment]  # bytes by default
        if left is None:
            return
        session_id = {"id": Binary.from_uuid(UUID(bytes=left))}
        try:
            mongo.client().admin.command("killSessions", [session_id])
            logger.info("ended the transaction of a worker that died")
        except PyMongoError as refusal:
            # Without the right to do so it ends after transactionLifetimeLimitSeconds.
            logger.info("the transaction of a worker that died stays open for a while: %s", refusal)

    def _renew(self) -> None:
        while not self._ended.wait(RENEW_SECONDS):
            try:
                self._lock.reacquire()
            except redis.RedisError as failure:
                logger.debug("the lease was not renewed: %s", failure)
