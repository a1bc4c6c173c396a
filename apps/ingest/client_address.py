"""Which address an SDK's request came from."""

from collections.abc import Sequence

from apps.core.client_address import stated_address
from apps.ingest.requests import SdkRequest


def client_address(request: SdkRequest, trusted_proxies: Sequence[str]) -> str:
    return stated_address(
        forwarded_for=request.forwarded_for,
        real_ip=request.header(b"x-real-ip"),
        peer=request.peer,
        trusted_proxies=trusted_proxies,
    )
