"""Regular expressions that clients send: only such as end soon, whatever text they meet.

An engine that backtracks can take for ever on a repetition inside a repetition, on many of them in a row, and on
references back. What people search for needs none of that.
"""

import re

MAX_PATTERN_LENGTH = 256
MAX_OPEN_REPETITIONS = 3
LARGEST_COUNT = 100
QUANTIFIER = re.compile(r"[*+?]|\{(?P<least>[0-9]+)?(?P<comma>,)?(?P<most>[0-9]+)?\}")
#: Names of characters that Python's engine knows, and that of the database refuses.
ESCAPED_NAMES = ("N", "u", "U")
#: Inside of square brackets, where the database refuses what looks like one of these and has another name.
POSIX_CLASS = re.compile(
    r"(?<!\\)\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]"
)
LIKE_POSIX_CLASS = re.compile(r"\[([:.=])[^\]]*\1\]")
TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|[()|]|.", re.DOTALL)


class InvalidPattern(ValueError):
    """The message says to people what is wrong."""


def check_pattern(pattern: str) -> None:
    """Raises InvalidPattern."""
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise InvalidPattern(f"A pattern has at most {MAX_PATTERN_LENGTH} characters")
    if "\0" in pattern:
        raise InvalidPattern("A pattern holds no NUL")
    _check_names(pattern)
    pattern = POSIX_CLASS.sub(r"\\w", pattern)  # of which Python knows none
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise InvalidPattern(f"The pattern is not valid: {error}") from error
    _check_repetitions(pattern)


def _check_names(pattern: str) -> None:
    if any(escaped in ESCAPED_NAMES for escaped in re.findall(r"\\(.)", pattern, re.DOTALL)):
        raise InvalidPattern("A pattern holds characters themselves, not their numbers or names")
    for token in TOKEN.finditer(pattern):
        text = token.group()
        if text.startswith("[") and LIKE_POSIX_CLASS.search(text[:1] + POSIX_CLASS.sub("", text[1:])):
            raise InvalidPattern("A pattern knows no such class of characters")


def _check_repetitions(pattern: str) -> None:
    groups = [False]  # of each open group: whether something varies in it
    open_repetitions = 0
    position = 0
    while position < len(pattern):
        token = TOKEN.match(pattern, position)
        assert token is not None  # any character is a token
        position = token.end()
        text = token.group()
        varies = False
        if text in ("(", "(?:"):
            if text == "(" and pattern.startswith("?", position):
                raise InvalidPattern("Of the groups that begin with (? only (?: can be used")
            groups.append(False)
            continue
        if text == ")":
            varies = groups.pop()
        elif text == "|":
            groups[-1] = True
            continue
        elif re.match(r"\\[1-9gk]", text):
            raise InvalidPattern("A pattern cannot refer back to a group")
        quantifier = QUANTIFIER.match(pattern, position)
        if quantifier is None:
            groups[-1] = groups[-1] or varies
            continue
        position = quantifier.end()
        if pattern[position : position + 1] in ("?", "+"):
            position += 1
        if varies and quantifier.group() != "?":
            raise InvalidPattern("A pattern cannot repeat what repeats or varies inside")
        open_repetitions += _is_open(quantifier)
        groups[-1] = True
    if open_repetitions > MAX_OPEN_REPETITIONS:
        raise InvalidPattern(f"A pattern has at most {MAX_OPEN_REPETITIONS} repetitions without end")


def _is_open(quantifier: re.Match[str]) -> bool:
    """Whether it has no end, or one so far away that it makes no difference. Raises InvalidPattern for large counts."""
    text = quantifier.group()
    if text in ("*", "+"):
        return True
    counts = [int(number) for number in (quantifier["least"], quantifier["most"]) if number]
    if any(number > LARGEST_COUNT for number in counts):
        raise InvalidPattern(f"A pattern repeats at most {LARGEST_COUNT} times")
    return text != "?" and quantifier["comma"] is not None
