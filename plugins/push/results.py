"""What became of the pushes of a batch, as numbers in their message."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plugins.push.gateways.outcomes import safe

Paths = dict[str, int]
MOST_LAST = 10


@dataclass(frozen=True, slots=True)
class Ended:
    """A push that is over."""

    platform: str
    language: str  # "default" where it is not known
    error: str = ""  # its code; "" when it was sent


def language_of(profile: Mapping[str, Any]) -> str:
    found = profile.get("la")
    return found if isinstance(found, str) and found.isalpha() and len(found) <= 10 else "default"


def increments(ended: Iterable[Ended]) -> Paths:
    """Below `result`: for all, by platform, by platform and language."""
    counted: Counter[str] = Counter()
    for one in ended:
        of_platform = f"result.subs.{one.platform}"
        for start in ("result", of_platform, f"{of_platform}.subs.{one.language}"):
            counted[f"{start}.processed"] += 1
            if one.error:
                counted[f"{start}.errored"] += 1
                counted[f"{start}.errors.{safe(one.error)}"] += 1
            else:
                counted[f"{start}.sent"] += 1
    return dict(counted)


def totals(targets: Iterable[tuple[str, str]]) -> Paths:
    """Of (platform, language) of all whom a message goes to."""
    counted: Counter[str] = Counter()
    for platform, language in targets:
        for start in ("result", f"result.subs.{platform}", f"result.subs.{platform}.subs.{language}"):
            counted[f"{start}.total"] += 1
    return dict(counted)


def empty() -> dict[str, Any]:
    return {"total": 0, "processed": 0, "sent": 0, "actioned": 0, "errored": 0, "errors": {}, "subs": {}}
