"""Numbers as people read them: short on the screen, exact in the title. Pure. figures.js does the same in motion."""

COMPACT_FROM = 10_000
COMPACT_TOTAL_FROM = 10_000_000  # of the large figures: there one wants to see every single one arrive
_UNITS = (("T", 10**12), ("B", 10**9), ("M", 10**6), ("K", 10**3))


def exact(number: float) -> str:
    """1234567 -> "1,234,567"; fractions keep two digits at most."""
    if float(number).is_integer():
        return f"{int(number):,}"
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def compact(number: float, limit: int = COMPACT_FROM) -> str:
    """Exact below the limit, then three digits and a unit: 12345 -> "12.3K"."""
    if abs(number) < limit:
        return exact(round(number, 2))
    for position, (unit, size) in enumerate(_UNITS):
        if abs(number) >= size:
            value = number / size
            text = f"{value:.0f}" if abs(value) >= 99.95 else f"{value:.1f}".removesuffix(".0")
            if text.lstrip("-") == "1000" and position:  # 999,999 is a million by now
                return f"{'-' if number < 0 else ''}1{_UNITS[position - 1][0]}"
            return text + unit
    raise AssertionError("the smallest unit is below the limit")


def duration(seconds: float) -> str:
    """The two largest units: 725 -> "12m 5s", 93784 -> "1d 2h"."""
    parts = _parts(round(seconds))
    return " ".join(parts[:2])


def exact_duration(seconds: float) -> str:
    """All units: 93784 -> "1d 2h 3m 4s"."""
    return " ".join(_parts(round(seconds)))


def _parts(seconds: int) -> list[str]:
    """From the largest unit that is not zero down to seconds; "0s" for nothing."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    values = [(days, "d"), (hours, "h"), (minutes, "m"), (rest, "s")]
    while len(values) > 1 and values[0][0] == 0:
        values.pop(0)
    return [f"{value}{unit}" for value, unit in values]


def percent(number: float) -> str:
    """12.34 -> "12.3%"; what is there but less than a tenth stays visible."""
    if 0 < number < 0.1:
        return "<0.1%"
    return f"{number:.1f}".removesuffix(".0") + "%"


def decimal(number: float) -> str:
    return compact(round(number, 2)) if abs(number) < COMPACT_FROM else compact(number)


#: How a figure of each kind is shown; figures.js knows the same.
SHORT = {
    "count": compact,
    "total": lambda number: compact(number, COMPACT_TOTAL_FROM),
    "duration": duration,
    "percent": percent,
    "decimal": decimal,
}


def short(number: float, kind: str) -> str:
    return SHORT[kind](number)


def exactly(number: float, kind: str) -> str:
    if kind == "duration":
        return exact_duration(number)
    return f"{exact(number)}%" if kind == "percent" else exact(number)
