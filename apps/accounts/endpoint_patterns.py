"""Regular expressions that members write into their tokens. Pure.

They are matched by RE2, whose time grows with the text only: no expression can make the server hang. What RE2 does not
know (look-around, back-references) is refused when a token is made and matches nothing in tokens made elsewhere.
"""

from functools import lru_cache
from typing import Any

import re2

MAX_PATTERN_LENGTH = 500
MAX_PATTERNS = 50
MAX_PARAMETERS = 20  # of one pattern
MAX_TEXT_LENGTH = 4_000  # of what is matched; longer texts match nothing
MAX_MEMORY_BYTES = 1 << 20  # of one compiled pattern


class InvalidPattern(ValueError):
    pass


def check(pattern: str) -> None:
    """Raises InvalidPattern."""
    if _compiled(pattern) is None:
        raise InvalidPattern(pattern[:MAX_PATTERN_LENGTH])


def matches(pattern: Any, text: Any) -> bool:
    """Anywhere in the text. False for a pattern that cannot be used."""
    if not isinstance(pattern, str) or not isinstance(text, str) or len(text) > MAX_TEXT_LENGTH:
        return False
    compiled = _compiled(pattern)
    return compiled is not None and compiled.search(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    if len(pattern) > MAX_PATTERN_LENGTH:
        return None
    options = re2.Options()
    options.max_mem = MAX_MEMORY_BYTES
    options.log_errors = False  # they would go to standard error
    try:
        return re2.compile(pattern, options)  # type: ignore[no-untyped-call]  # has no types
    except (re2.error, UnicodeEncodeError):
        return None
