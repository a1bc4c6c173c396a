"""Sends requests as SDKs do: in bulk, in order, and again when the server asks to wait."""

import json
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

BULK_REQUESTS = 500
TIMEOUT_SECONDS = 60.0
MAX_ATTEMPTS = 20


class SendingFailed(Exception):
    """Its text says why, in one sentence."""


def send(url: str, app_key: str, requests: Sequence[dict[str, Any]], progress: Callable[[int], None]) -> None:
    """Raises SendingFailed. `progress` hears how many requests are done."""
    for start in range(0, len(requests), BULK_REQUESTS):
        bulk = requests[start : start + BULK_REQUESTS]
        _post(f"{url.rstrip('/')}/i/bulk", json.dumps({"app_key": app_key, "requests": bulk}).encode())
        progress(start + len(bulk))


def _post(url: str, body: bytes) -> None:
    request = Request(url, data=body, headers={"Content-Type": "application/json"})  # noqa: S310  the operator's own URL
    for _ in range(MAX_ATTEMPTS):
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                answer.read()
                return
        except HTTPError as error:
            with error:
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                    raise SendingFailed(f"{url} answers {error.code}: {error.read(500).decode()}") from error
                time.sleep(float(error.headers.get("Retry-After") or 1))
        except URLError as error:
            raise SendingFailed(f"{url} cannot be reached: {error.reason}.") from error
    raise SendingFailed(f"{url} is too busy; it asked {MAX_ATTEMPTS} times to wait.")
