"""Two device ids turn out to be one user: the profile under the old id goes up in the one under the new id."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from apps.aggregation.duplicates import memory_with
from apps.aggregation.limits import Limits
from apps.aggregation.profiles import Profile
from apps.aggregation.requests import IngestRequest
from apps.aggregation.tallies import Effects
from apps.aggregation.uniques import COUNTED_AS, identity_after_merge
from apps.aggregation.user_details import united_custom
from apps.aggregation.values import stored_integer

ADDED = ("sc", "tsd", "vc")
SMALLEST = ("fs", "fac")
GREATEST = ("ls", "lac", "lest", "lbst")
TAKEN_WITH_LAST_SESSION = ("lsid", "sd")
LAST_VIEW, LAST_VIEW_TIME = "lv", "lvt"
IDENTITY = ("_id", "uid", "did")
#: A field of our own: how many of the users who went up in this one had been new, beyond the session of `fs`.
MERGED_FIRSTS = "merged_firsts"
#: Lists that are parts of one value: together they would mean nothing.
NOT_UNITED = ("av_prerel", "av_build")


class Merge(NamedTuple):
    """What else has to follow where a user's id is stored. Idempotent: afterwards nothing bears the old id."""

    application_id: str
    from_user_id: str
    from_uid: str
    into_user_id: str
    into_uid: str


def merge_profiles(into: Profile, old: Profile, request: IngestRequest, limits: Limits, effects: Effects) -> Merge:
    """Both profiles exist. The one with the later session survives, under the new identity; the other is removed."""
    into.settle()
    old.settle()
    new_fields, old_fields = into.fields, old.fields
    new_last, old_last = into.number("ls"), old.number("ls")
    if new_last is None or (old_last is not None and new_last < old_last):
        survivor, other = old_fields, new_fields
    else:
        survivor, other = new_fields, old_fields
    merged = _united(survivor, other)
    if isinstance(kept := survivor.get("custom"), dict) and isinstance(lost := other.get("custom"), dict):
        merged["custom"] = united_custom(kept, lost, limits, effects.dropped)
    merged.update({field: new_fields[field] for field in IDENTITY if field in new_fields})
    counted_as = identity_after_merge(into.id, new_fields, old.id, old_fields)
    merged.pop(COUNTED_AS, None)
    if counted_as != into.id:
        merged[COUNTED_AS] = counted_as
    firsts = first_sessions(survivor) + first_sessions(other)
    merged[MERGED_FIRSTS] = firsts - (1 if merged.get("fs") else 0)
    merged["merges"] = _sum(survivor, other, "merges") + 1
    merged["last_merge"] = float(request.record.received_ms)
    merged["merged_uid"], merged["merged_did"] = old_fields.get("uid"), old_fields.get("did")
    merge = Merge(
        application_id=request.app_id,
        from_user_id=old.id,
        from_uid=str(old_fields.get("uid") or ""),
        into_user_id=into.id,
        into_uid=str(new_fields.get("uid") or ""),
    )
    into.fields = merged
    old.remove()
    return merge


def _united(survivor: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    merged = {**other, **survivor}
    for field in survivor.keys() & other.keys():
        kept, lost = survivor[field], other[field]
        if isinstance(kept, dict) and isinstance(lost, dict):
            merged[field] = {**lost, **kept}
        elif isinstance(kept, list) and isinstance(lost, list) and field not in NOT_UNITED:
            merged[field] = kept + [item for item in lost if item not in kept]
    for field in ADDED:
        if field in merged:
            merged[field] = _sum(survivor, other, field)
    for fields, choose in ((SMALLEST, min), (GREATEST, max)):
        for field in fields:
            numbers = [number for side in (survivor, other) if (number := stored_integer(side.get(field))) is not None]
            if numbers:
                merged[field] = choose(numbers)
    if (stored_integer(other.get("ls")) or 0) > (stored_integer(survivor.get("ls")) or 0):
        merged.update({field: other[field] for field in TAKEN_WITH_LAST_SESSION if field in other})
    if (stored_integer(other.get(LAST_VIEW_TIME)) or 0) > (stored_integer(survivor.get(LAST_VIEW_TIME)) or 0):
        merged.update({field: other[field] for field in (LAST_VIEW, LAST_VIEW_TIME) if field in other})
    memory = memory_with(other.get("req_hashes"), memory_with(survivor.get("req_hashes"), b""))
    if memory:
        merged["req_hashes"] = memory
    return merged


def first_sessions(profile: Mapping[str, Any]) -> int:
    """How often this user was new: once, and once for each user who went up in it and had a session before.

    Profiles that Countly merged do not say who had; there all of them count.
    """
    merged = stored_integer(profile.get(MERGED_FIRSTS))
    if profile.get("fs"):
        return 1 + (merged if merged is not None else stored_integer(profile.get("merges")) or 0)
    return merged or 0


def _sum(survivor: dict[str, Any], other: dict[str, Any], field: str) -> int:
    return (stored_integer(survivor.get(field)) or 0) + (stored_integer(other.get(field)) or 0)
