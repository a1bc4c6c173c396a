"""Reads what clients send the way the protocol's clients expect: with JavaScript's conversions, and never raising."""

import math
import re
import sys
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

INT32_MAX = 2_147_483_647
LONGEST_STORED_INTEGER = 15  # digits
GREATEST_AMOUNT = 1e300
LEADING_INTEGER = re.compile(r"\s*([+-]?)(\d{1,400})")
LEADING_NUMBER = re.compile(r"\s*([+-]?(?:\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:[eE][+-]?\d{1,4})?)", re.ASCII)


def is_truthy(value: Any) -> bool:
    """Empty texts, zero, NaN, false and null are not; "0" and empty objects are."""
    if value is None:  # asked most often: nearly every parameter is missing from most requests
        return False
    if isinstance(value, str):
        return value != ""
    if isinstance(value, int | float):
        return value != 0 and value == value
    return True


def stored_number(value: float) -> int | float:
    """As the layout stores numbers: integers that fit into 32 bits as such, everything else as a double.

    Doubles never overflow, so no counter can be driven to where incrementing it fails.
    """
    if type(value) is int:
        if -INT32_MAX <= value <= INT32_MAX:
            return value
        try:
            return float(value)
        except OverflowError:
            return sys.float_info.max if value > 0 else -sys.float_info.max
    if value.is_integer() and -INT32_MAX <= value <= INT32_MAX:
        return int(value)
    return value


def text_of(value: Any) -> str:
    """`String(value)`. Texts are returned as they are, so they are well formed only if they came in so."""
    if isinstance(value, str):
        return value
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value) if -(2**53) <= value <= 2**53 else _double_text(stored_number(value))
    if isinstance(value, float):
        return _double_text(value)
    if isinstance(value, list):
        return ",".join("" if item is None or isinstance(item, list) else text_of(item) for item in value)
    return "[object Object]"


def _double_text(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, exponent_text = f"{abs(number)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    exponent = int(exponent_text or 0) + len(whole)
    digits = (whole + fraction).lstrip("0")
    exponent -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    if len(digits) <= exponent <= 21:
        return sign + digits + "0" * (exponent - len(digits))
    if 0 < exponent <= 21:
        return f"{sign}{digits[:exponent]}.{digits[exponent:]}"
    if -6 < exponent <= 0:
        return f"{sign}0.{'0' * -exponent}{digits}"
    rest = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{'+' if exponent > 0 else '-'}{abs(exponent - 1)}"


def integer_of(value: Any) -> int | float | None:
    """`parseInt(value, 10)`: the leading integer of the text, None where there is none. Huge ones come as floats."""
    if isinstance(value, int) and not isinstance(value, bool):
        return stored_number(value) if abs(value) < 10**21 else 1
    found = LEADING_INTEGER.match(text_of(value))
    if found is None:
        return None
    digits = found[2]
    number: int | float = int(digits) if len(digits) <= 15 else float(digits)
    return -number if found[1] == "-" else number


def number_of(value: Any) -> int | float | None:
    """`parseFloat(value)`: the leading number of the text; None where there is none.

    Nor for infinite ones, or so great ones that their sum would become infinite: no counter recovers from that.
    """
    if value is True or value is False:
        return None
    if type(value) is not int and type(value) is not float:
        found = LEADING_NUMBER.match(text_of(value))
        if found is None:
            return None
        value = float(found[1])
    return stored_number(value) if -GREATEST_AMOUNT < value < GREATEST_AMOUNT else None


def rounded(number: float, decimals: int = 0) -> float:
    """The nearest; of two equally near ones the larger in magnitude, as numbers of the layout are rounded."""
    if abs(number) >= 1e15:  # it has no decimals that say anything
        return number
    return float(Decimal(number).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def strict_number_of(value: Any) -> float | None:
    """`Number(value)` for texts and numbers: the whole text must be a number; None for anything else."""
    if isinstance(value, str):
        if "_" in value:  # Python's own notation
            return None
        try:
            value = float(value)
        except ValueError:
            return None
    elif isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def stored_integer(value: Any) -> int | None:
    """A number read back from a document, which may hold it as integer, as double, or, where it was imported, as the
    text of an integer; None for anything else."""
    if type(value) is int:
        return value
    if isinstance(value, str) and len(value) <= LONGEST_STORED_INTEGER and value.isascii() and value.isdigit():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value)


def trimmed(value: Any, depth: int = 0) -> Any:
    """All texts inside without surrounding white space, down to a depth no SDK reaches."""
    if isinstance(value, str):
        return value.strip()
    if depth < 20:
        if isinstance(value, dict):
            return {key: trimmed(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list):
            return [trimmed(item, depth + 1) for item in value]
    return value
