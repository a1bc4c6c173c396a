"""Times as clients send them: seconds or milliseconds, as numbers or texts, sometimes wrong."""

from typing import Any

from apps.aggregation.values import strict_number_of


def resolve_ms(timestamp: Any, received_ms: int) -> int:
    """Unix milliseconds. Neither seconds (10 digits) nor milliseconds (13), or in the future: counts as now."""
    if isinstance(timestamp, str) and timestamp.isascii() and timestamp.isdigit() and len(timestamp) in (10, 13):
        ms = int(timestamp) * (1000 if len(timestamp) == 10 else 1)
        return ms if 10**12 <= ms < received_ms else received_ms
    number = strict_number_of(timestamp)
    if number is None:
        return received_ms
    digits = int(number + 0.5)
    if 10**9 <= digits < 10**10:
        return min(int(number * 1000), received_ms)
    if 10**12 <= digits < 10**13:
        return min(int(number), received_ms)
    return received_ms
