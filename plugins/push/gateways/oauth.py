"""Access tokens of providers, kept until shortly before they expire, by the hash of the credentials."""

import asyncio
import time
from collections.abc import Callable, Mapping

import httpx
import orjson

from plugins.push.gateways.errors import Rejected, Unreachable

MARGIN_SECONDS = 120

_tokens: dict[str, tuple[str, float]] = {}  # -> token, time.monotonic() of its end


class AccessTokens:
    """Of one batch: whoever needs a new one while another asks for it waits for that. `form` makes what is asked with:
    signing it takes a while, and most batches find a token that is good."""

    def __init__(self, key: str, address: str, form: Callable[[], Mapping[str, str]]) -> None:
        self._key, self._address, self._form = key, address, form
        self._lock = asyncio.Lock()

    async def current(self, client: httpx.AsyncClient, *, other_than: str = "") -> str:
        """Raises Rejected or Unreachable."""
        async with self._lock:
            token, until = _tokens.get(self._key, ("", 0.0))
            if token and token != other_than and time.monotonic() < until:
                return token
            token, seconds = await self._ask(client)
            _tokens[self._key] = (token, time.monotonic() + max(seconds - MARGIN_SECONDS, 0))
            return token

    async def _ask(self, client: httpx.AsyncClient) -> tuple[str, float]:
        try:
            response = await client.post(self._address, data=dict(self._form()))
        except httpx.HTTPError as error:
            raise Unreachable(type(error).__name__) from error
        if response.status_code == 429 or response.status_code >= 500:
            raise Unreachable(f"Status {response.status_code}", response.headers.get("retry-after"))
        try:
            found = orjson.loads(response.content)
            return str(found["access_token"]), float(found.get("expires_in") or 3_600)
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise Rejected(f"Status {response.status_code}") from error


def forget_all() -> None:
    """For tests."""
    _tokens.clear()
