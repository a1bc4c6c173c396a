"""Sends a batch: all of it at once, over few connections. Tries each push once; trying again is the queue's matter."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Protocol, TypeVar

import httpx

from plugins.push.credentials import APNS_CERTIFICATE, APNS_TOKEN, FCM, HMS, Credentials
from plugins.push.gateways.apns import Apns
from plugins.push.gateways.fcm import Fcm
from plugins.push.gateways.hms import Hms
from plugins.push.gateways.outcomes import Outcome, Push, failed

logger = logging.getLogger(__name__)

Key = TypeVar("Key")


class Gateway(Protocol):
    def client(self) -> httpx.AsyncClient:
        """Reads settings: not to be called in an event loop."""
        ...

    async def send(self, client: httpx.AsyncClient, push: Push) -> Outcome: ...


def gateway_of(credentials: Credentials) -> Gateway:
    """Raises ValueError when the credentials are of no known type."""
    if credentials.type in (APNS_TOKEN, APNS_CERTIFICATE):
        return Apns(credentials)
    if credentials.type == FCM:
        return Fcm(credentials)
    if credentials.type == HMS:
        return Hms(credentials)
    raise ValueError(f"no gateway for credentials of the type {credentials.type}")


def send_all(credentials: Credentials, pushes: Mapping[Key, Push], *, concurrency: int) -> dict[Key, Outcome]:
    gateway = gateway_of(credentials)
    return asyncio.run(_send_all(gateway, gateway.client(), pushes, concurrency))


async def _send_all(
    gateway: Gateway, client: httpx.AsyncClient, pushes: Mapping[Key, Push], concurrency: int
) -> dict[Key, Outcome]:
    room = asyncio.Semaphore(concurrency)

    async def send(push: Push) -> Outcome:
        async with room:
            try:
                return await gateway.send(client, push)
            except Exception:
                # One push that cannot even be tried must not take the others' outcomes along. No token is logged.
                logger.exception("a push could not be sent")
                return failed("ServerError")

    async with client:
        outcomes = await asyncio.gather(*(send(push) for push in pushes.values()))
    return dict(zip(pushes, outcomes, strict=True))
