"""Collections, ids and field names of what is kept of views. Nobody else knows them.

- `views`: a document for each application: the segments by which views are told apart, and those to leave out.
- `app_viewsmeta<application>`: a document for each name.
- `app_viewdata<sha1 of segment and application>`: counters, a document for each view and month, and one for its year.
- `app_userviews<application>`: a document for each user: the last visit to each view.
- `app_viewactions<application>`, of our own: clicks and scrolls, equal ones of a day in one document.
"""

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from apps.core import schema
from apps.core.timebuckets import TimeBuckets

VIEWS = "views"
NAMES_PREFIX = "app_viewsmeta"
DATA_PREFIX = "app_viewdata"
USERS_PREFIX = "app_userviews"
ACTIONS_PREFIX = "app_viewactions"

NO_SEGMENT = ""  # what the collection without a segment is named after
NO_SEGMENT_NAME = "no-segment"  # and what its documents say
PLATFORM = "platform"
LONGEST_SEGMENT = 256  # characters of its name; what is longer is cut

#: Counters that add up, by their place in an `Amounts`; the uniques of hour, day, week, month and year come behind.
COUNTERS = ("t", "n", "s", "e", "b", "d", "scr", "uvc")
UNIQUE = "u"

#: In `views`.
SEGMENTS, OMITTED = "segments", "omit"
CLEARED = "cleared"  # of our own: segments whose collections stayed, empty, when data was cleared
DELETED = "deleted"  # of our own: ids of deleted views, until the job has been through what users visited
#: In `app_viewsmeta`.
NAME, SHOWN_NAME, URL, DOMAINS = "view", "display", "url", "domain"
#: In the counters.
VIEW, MONTH, COUNTED = "vw", "m", "d"
#: Of a profile.
LAST_VIEW, LAST_VIEW_TIME, VIEWS_OF_SESSION = "lv", "lvt", "vc"
#: Of a last visit. `open` is of our own: the session of the visit has not ended.
LAST_TIME, LAST_SEGMENTS, LAST_INSTANCE, IS_OPEN = "ts", "sg", "lvid", "open"

#: Of clicks and scrolls; their other fields are those of `actions.Action`.
DAY, NUMBER = "day", "c"

BY_VIEW = IndexModel([(VIEW, ASCENDING), (MONTH, ASCENDING)])
BY_MONTH = IndexModel([(MONTH, ASCENDING)])


def register_collections() -> None:
    """The collections of counters are made on request: their names follow from the segments that SDKs send."""
    schema.register_collection(VIEWS)
    schema.register_application_collection(NAMES_PREFIX, [IndexModel([(NAME, ASCENDING)], unique=True)])
    schema.register_application_collection(USERS_PREFIX)
    schema.register_application_collection(
        ACTIONS_PREFIX,
        [IndexModel([("view", ASCENDING), (DAY, ASCENDING)]), IndexModel([(DAY, ASCENDING)])],
    )


def data_indexes() -> list[IndexModel]:
    return [BY_VIEW, BY_MONTH]


@lru_cache(maxsize=16_384)
def data_collection(application_id: str, segment: str = NO_SEGMENT) -> str:
    return DATA_PREFIX + hashlib.sha1((segment + application_id).encode(), usedforsecurity=False).hexdigest()


def actions_collection(application_id: str) -> str:
    return ACTIONS_PREFIX + application_id


def day_of(year: int, month: int, day: int) -> int:
    """20250312: days in their order, as numbers."""
    return (year * 100 + month) * 100 + day


def names_collection(application_id: str) -> str:
    return NAMES_PREFIX + application_id


def users_collection(application_id: str) -> str:
    return USERS_PREFIX + application_id


def views_id(application_id: str) -> Any:
    return ObjectId(application_id) if ObjectId.is_valid(application_id) else application_id


def identity(application_id: str, view: ObjectId, segment: str, month_id: str) -> dict[str, Any]:
    """What a document of counters says of itself."""
    return {MONTH: month_id, "a": application_id, VIEW: view, "s": segment or NO_SEGMENT_NAME}


def listed_value(value: str) -> str:
    return f"meta_v2.sv.{value}"


def month_starts(time: TimeBuckets, value: str) -> tuple[str, str]:
    """Beginnings of the paths of a day and an hour in the document of a month."""
    part = f"{value}." if value else ""
    return f"{COUNTED}.{time.day}.{part}", f"{COUNTED}.{time.day}.{time.hour}.{part}"


def zero_start(unit: int | str, value: str) -> str:
    """Beginning of the paths of a month (3), a week ("w11") or the year ("") in the document of a year."""
    return ".".join([COUNTED, *(str(part) for part in (unit, value) if part != ""), ""])


def encoded_domain(domain: str) -> str:
    domain = domain.replace("\0", "")
    if domain.startswith("$"):
        domain = "&#36;" + domain[1:]
    return domain.replace(".", "&#46;")


def decoded_domain(stored: str) -> str:
    return stored.replace("&#46;", ".").replace("&#36;", "$")


def segments_of(document: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """Segment -> its values, of a document of `views`."""
    stored = (document or {}).get(SEGMENTS)
    if not isinstance(stored, Mapping):
        return {}
    return {name: list(values) for name, values in stored.items() if isinstance(values, Mapping)}


def omitted_in(document: Mapping[str, Any] | None) -> list[str]:
    return _texts((document or {}).get(OMITTED))


def data_collections(application_id: str, document: Mapping[str, Any] | None) -> list[str]:
    """All that may exist, given what `views` says of the application."""
    cleared = _texts((document or {}).get(CLEARED))
    segments = dict.fromkeys([NO_SEGMENT, PLATFORM, *segments_of(document), *omitted_in(document), *cleared])
    return [data_collection(application_id, segment) for segment in segments]


def _texts(values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, Iterable) else []
