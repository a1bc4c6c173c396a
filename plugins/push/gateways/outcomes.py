"""What became of a push at its provider."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any

LONGEST_CODE = 60
LONGEST_WAIT_SECONDS = 3_600


class Fate(Enum):
    SENT = "sent"
    FAILED = "failed"  # for good
    UNREGISTERED = "unregistered"  # for good, and the token is no token any more
    LATER = "later"  # the provider has not taken it, and may do so later


@dataclass(frozen=True, slots=True)
class Outcome:
    fate: Fate
    code: str = ""
    wait_seconds: float = 0  # what the provider asks for; 0: it does not say


@dataclass(frozen=True, slots=True)
class Push:
    token: str
    field: str
    payload: dict[str, Any]
    seconds_to_live: int
    is_silent: bool = False


SENT = Outcome(Fate.SENT)


def failed(code: str) -> Outcome:
    return Outcome(Fate.FAILED, safe(code))


def invalid_token(code: str) -> Outcome:
    return Outcome(Fate.UNREGISTERED, safe(code))


def later(code: str, retry_after: str | None = None) -> Outcome:
    return Outcome(Fate.LATER, safe(code), _seconds(retry_after))


def safe(code: str) -> str:
    """As the name of a field in `result.errors`: letters, digits, `_`, `-` and spaces, of bounded length."""
    return "".join(c for c in code if c.isascii() and (c.isalnum() or c in "_- "))[:LONGEST_CODE] or "Unknown"


def _seconds(retry_after: str | None) -> float:
    """Seconds, or a date, as HTTP has them."""
    if not retry_after:
        return 0
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 9:
        return min(int(retry_after), LONGEST_WAIT_SECONDS)
    try:
        wait = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0
    return min(max(wait, 0), LONGEST_WAIT_SECONDS)
