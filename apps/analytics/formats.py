"""How numbers of dashboards are written."""

import math
from decimal import ROUND_HALF_UP, Decimal

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 1440
MINUTES_PER_YEAR = 525_600
YEARS_FROM_MINUTES = 142_560  # 99 days; above it the text is in years

NO_CHANGE_KNOWN = "NA"
VANISHED = "∞"


def one_decimal(value: float) -> str:
    """The nearest tenth of the exact double as text; of two equally near ones the larger in magnitude."""
    return str(Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP))


def round_tenth(value: float) -> float:
    """The nearest tenth; of two equally near ones the upper. NaN stays NaN."""
    return value if math.isnan(value) else math.floor(value * 10 + 0.5) / 10


def short_number(value: float) -> str:
    """9999 -> "9999", 10000 -> "10K", 1234567 -> "1.2M"."""
    if abs(value) >= 1_000_000:
        return one_decimal(value / 1_000_000).removesuffix(".0") + "M"
    if abs(value) >= 10_000:
        return one_decimal(value / 1_000).removesuffix(".0") + "K"
    return f"{value:g}" if isinstance(value, int) else repr(value).removesuffix(".0")


def time_spent(minutes: float) -> str:
    if minutes >= YEARS_FROM_MINUTES:
        return f"{one_decimal(minutes / MINUTES_PER_YEAR)} years"
    if minutes >= MINUTES_PER_DAY:
        return f"{one_decimal(minutes / MINUTES_PER_DAY)} days"
    if minutes >= MINUTES_PER_HOUR:
        return f"{one_decimal(minutes / MINUTES_PER_HOUR)} hours"
    return f"{one_decimal(minutes)} min"


def change_and_trend(previous: float, current: float) -> tuple[str, str]:
    """("20%", "u"): the change in percent and whether it goes (u)p or (d)own; "NA" when there was nothing before."""
    if not previous:
        return NO_CHANGE_KNOWN, "u"
    if not current:
        return VANISHED, "d"
    percent = float(one_decimal((current - previous) / previous * 100))
    return f"{short_number(percent)}%", "d" if percent < 0 else "u"
