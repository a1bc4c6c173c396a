"""Asks the provider whether it accepts credentials, before they are stored. Nobody gets a message by that."""

import asyncio

import httpx

from apps.applications.own_settings import InvalidSettings
from plugins.push.credentials import APNS_CERTIFICATE, APNS_TOKEN, FCM, REJECTED, Credentials
from plugins.push.gateways.apns import CREDENTIAL_PROBLEMS, Apns
from plugins.push.gateways.errors import Rejected, Unreachable
from plugins.push.gateways.fcm import Fcm
from plugins.push.gateways.hms import Hms
from plugins.push.gateways.oauth import AccessTokens
from plugins.push.gateways.outcomes import Fate, Push

UNREACHABLE = "The push notification provider could not be reached"
NO_DEVICE = "0" * 64


def check(credentials: Credentials) -> None:
    """Raises InvalidSettings."""
    if credentials.type in (APNS_TOKEN, APNS_CERTIFICATE):
        asyncio.run(_check_apns(*_connected(credentials)))
    else:
        gateway = Fcm(credentials) if credentials.type == FCM else Hms(credentials)
        asyncio.run(_check_access(gateway.tokens, gateway.client()))


def _connected(credentials: Credentials) -> tuple[Apns, httpx.AsyncClient]:
    gateway = Apns(credentials)
    try:
        return gateway, gateway.client()
    except (ValueError, OSError) as error:  # TLS does not take the certificate
        raise InvalidSettings(REJECTED) from error


async def _check_access(tokens: AccessTokens, client: httpx.AsyncClient) -> None:
    async with client:
        try:
            await tokens.current(client)
        except Rejected as error:
            raise InvalidSettings(REJECTED) from error
        except Unreachable as error:
            raise InvalidSettings(UNREACHABLE) from error


async def _check_apns(gateway: Apns, client: httpx.AsyncClient) -> None:
    """A device that does not exist: who is accepted hears that, others hear of their credentials."""
    async with client:
        outcome = await gateway.send(client, Push(NO_DEVICE, "ip", {"aps": {"content-available": 1}}, 0, True))
    if outcome.code in CREDENTIAL_PROBLEMS or outcome.code == "Status 403":
        raise InvalidSettings(REJECTED)
    if outcome.fate is Fate.LATER or outcome.code == "NoAnswer":
        raise InvalidSettings(UNREACHABLE)
