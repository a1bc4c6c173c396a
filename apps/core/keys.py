"""How texts of clients become parts of ids, field names and shard characters, byte for byte as stored data has them."""

import hashlib
from collections.abc import Callable
from functools import lru_cache

BASE_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
BASE_62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUL_SIGN = "&#9647"  # what stored data has in place of NUL, which no field name may contain
RESERVED_PREFIX = "[CLY]"
DAYS_OF_MONTH = frozenset(str(day) for day in range(1, 32))
CALENDAR_KEYS = frozenset({*(str(n) for n in range(60)), *(f"w{week}" for week in range(1, 54))})
CACHED_TEXTS = 16_384
LONGEST_CACHED_TEXT = 128  # keeps the memory of the caches bounded


class _Cached(dict[str, str]):
    """Results of a function of one text: a hit runs no Python code. Bounded in number and length of the texts."""

    def __init__(self, function: Callable[[str], str]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, text: str) -> str:
        result = self._function(text)
        if len(text) <= LONGEST_CACHED_TEXT:
            if len(self) >= CACHED_TEXTS:
                self.clear()
            self[text] = result
        return result


def well_formed(text: str) -> str:
    """Lone surrogates, which UTF-8 and so BSON cannot hold, become U+FFFD; surrogate pairs become their character."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _postfix(text: str) -> str:
    return BASE_64[hashlib.md5(text.encode(), usedforsecurity=False).digest()[0] >> 2]


def _encode_metric_value(text: str) -> str:
    return text.lstrip("$").replace(".", ":").replace("\0", NUL_SIGN)


def _encode_segment_value(text: str) -> str:
    encoded = _encode_metric_value(text)
    return RESERVED_PREFIX + encoded if encoded in DAYS_OF_MONTH else encoded


def _encode_segment_name(text: str) -> str:
    return text.replace(".", "").lstrip("$").replace("\0", NUL_SIGN)


#: The character that says which of 64 documents a counter is in: the first of base64(MD5(text)).
postfix: Callable[[str], str] = _Cached(_postfix).__getitem__
#: For a field name and for the profile: no leading `$`, `:` instead of `.`. May be empty.
encode_metric_value: Callable[[str], str] = _Cached(_encode_metric_value).__getitem__
#: Like a metric value; the numbers 1 to 31 get a prefix, since they stand beside days. May be empty.
encode_segment_value: Callable[[str], str] = _Cached(_encode_segment_value).__getitem__
#: No leading `$`, no dots at all. May be empty.
encode_segment_name: Callable[[str], str] = _Cached(_encode_segment_name).__getitem__


def clear_of_calendar(value: str) -> str:
    """A value that would be mistaken for an hour, day, month or week beside which it is stored gets a prefix."""
    return RESERVED_PREFIX + value if value in CALENDAR_KEYS else value


def user_id(app_key: str, device_id: str) -> str:
    """`_id` of a profile."""
    return hashlib.sha1((app_key + device_id).encode(), usedforsecurity=False).hexdigest()


@lru_cache(maxsize=CACHED_TEXTS)
def event_hash(key: str, app_id: str) -> str:
    """Stands for the event in ids of `events_data`; keys are shorter than 128 characters."""
    return hashlib.sha1((key + app_id).encode(), usedforsecurity=False).hexdigest()


def uid_text(number: int) -> str:
    """The short id of the n-th user, in base 62: 1, ..., 9, a, ..., z, A, ..., Z, 10."""
    digits = ""
    while True:
        number, rest = divmod(number, 62)
        digits = BASE_62[rest] + digits
        if number == 0:
            return digits
