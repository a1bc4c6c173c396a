"""Which address a request came from, when there may be proxies in between."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

MAX_ADDRESS_LENGTH = 64
MAPPED_IPV4 = "::ffff:"
LOOPBACK = "127.0.0.1"


def stated_address(*, forwarded_for: str, real_ip: str, peer: str, trusted_proxies: Sequence[str]) -> str:
    """`X-Forwarded-For`, else `X-Real-IP`, else the other end of the connection; without a port.

    Without trusted proxies the first entry of the list is taken: whoever sends it may have made it up, which is why it
    is used to look up a country and nothing else. With them the list is read from the right, and the first address that
    is no proxy of ours is the client's. A trusted proxy is named by a network (`10.0.0.0/8`) or by the beginning of its
    address (`10.0.`).
    """
    hops = _hops(forwarded_for)
    if not hops:
        return without_port(real_ip) or without_port(peer)
    if trusted_proxies:
        for address in reversed(hops):
            if not _is_ours(address, trusted_proxies):
                return address
    return hops[0]


def accountable_address(request: HttpRequest) -> str:
    """Whom to count attempts against and to name in logs: headers are believed only when one of TRUSTED_PROXIES (or
    this machine, when there are any) passed them on."""
    peer, trusted = without_port(request.META.get("REMOTE_ADDR", "")), settings.TRUSTED_PROXIES
    if not trusted or not _is_ours(peer, trusted):
        return peer
    forwarded = _hops(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    return next((address for address in reversed(forwarded) if not _is_ours(address, trusted)), peer)


@lru_cache(maxsize=4096)
def without_port(text: str) -> str:
    if text.startswith("["):  # [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:443
        text = text.partition(":")[0]
    if text.startswith(MAPPED_IPV4) and "." in text:
        text = text[len(MAPPED_IPV4) :]
    return text[:MAX_ADDRESS_LENGTH]


def _hops(forwarded_for: str) -> list[str]:
    if not forwarded_for:
        return []
    return [address for entry in forwarded_for.split(",") if (address := without_port(entry.strip()))]


def _is_ours(address: str, trusted_proxies: Sequence[str]) -> bool:
    return address == LOOPBACK or _is_trusted(address, tuple(trusted_proxies))


@lru_cache(maxsize=1024)
def _is_trusted(address: str, trusted_proxies: tuple[str, ...]) -> bool:
    return any(
        _is_in(address, network) if "/" in network else address.startswith(network) for network in trusted_proxies
    )


def _is_in(address: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
