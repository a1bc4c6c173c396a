"""Who is here now: users whose last activity is not long ago."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import DESCENDING

from apps.profiles import storage

#: SDKs report once a minute; a few of these may be late or lost.
ONLINE_SECONDS = 300
RECENT_SECONDS = 1800
MOST_READ = 5000  # profiles; beyond that the newest ones stand for all


@dataclass(frozen=True, slots=True)
class Online:
    now: int
    recently: int
    minutes: list[int]  # of RECENT_SECONDS, the oldest first: users by the minute of their last activity
    values: dict[str, Counter[str]]  # field -> value -> users online


def read(application_id: str, now_s: int, fields: Sequence[str]) -> Online:
    collection = storage.profiles(application_id)
    recently: dict[str, Any] = {"lac": {"$gt": now_s - RECENT_SECONDS}}
    online: dict[str, Any] = {"lac": {"$gt": now_s - ONLINE_SECONDS}}
    shown = {"_id": 0, "lac": 1, **dict.fromkeys(fields, 1)}
    found = list(collection.find(recently, shown).sort("lac", DESCENDING).limit(MOST_READ))
    is_whole = len(found) < MOST_READ
    minutes = [0] * (RECENT_SECONDS // 60)
    values: dict[str, Counter[str]] = {name: Counter() for name in fields}
    here = 0
    for profile in found:
        age_seconds = max(0, now_s - int(profile["lac"]))
        minutes[-1 - min(age_seconds // 60, len(minutes) - 1)] += 1
        if age_seconds >= ONLINE_SECONDS:
            continue
        here += 1
        for name, counts in values.items():
            if (value := profile.get(name)) not in (None, ""):
                counts[str(value)] += 1
    return Online(
        now=here if is_whole else collection.count_documents(online),
        recently=len(found) if is_whole else collection.count_documents(recently),
        minutes=minutes,
        values=values,
    )
