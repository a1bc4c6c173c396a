"""When things happen: the hours of a day, the days of a week, the growth of an application. Pure."""

from bisect import bisect
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from random import Random

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

#: Of all users, those who are there from the first days.
SHARE_AT_THE_START = 0.18
GROWTH = 2.4  # so many newcomers on the last day for one on the first
#: A campaign brings more of them, for some days, after this part of the time.
CAMPAIGN_AT, CAMPAIGN_FACTORS = 0.62, (2.6, 2.1, 1.5)
SHORTEST_WITH_CAMPAIGN_DAYS = 14
LONGEST_WAIT_DAYS = 6  # for a day that fits


@dataclass(frozen=True, slots=True)
class Rhythm:
    hours: tuple[int, ...]  # weight of each hour of local time
    weekdays: tuple[float, ...]  # of each day, Monday first; 1.0 at most


EVENINGS = Rhythm(
    (3, 2, 1, 1, 1, 2, 4, 7, 8, 7, 6, 6, 8, 8, 6, 6, 6, 8, 10, 12, 14, 13, 9, 5),
    (0.5, 0.46, 0.5, 0.56, 0.72, 1.0, 0.9),
)
OFFICE = Rhythm(
    (0, 0, 0, 0, 0, 1, 3, 7, 13, 16, 16, 14, 9, 12, 15, 14, 12, 8, 4, 2, 2, 1, 1, 0),
    (0.96, 1.0, 1.0, 0.97, 0.85, 0.18, 0.15),
)
DAYTIME = Rhythm(
    (1, 0, 0, 0, 1, 3, 6, 9, 10, 10, 9, 8, 8, 8, 8, 8, 9, 9, 8, 7, 6, 5, 3, 2), (1.0, 0.94, 0.9, 0.86, 0.8, 0.5, 0.46)
)


class Arrivals:
    """When users come for the first time: some at once, then more every day, as their week has it."""

    def __init__(self, rhythm: Rhythm, begin_ms: int, until_ms: int) -> None:
        self.begin_ms = begin_ms
        self.days = max(1, -(-(until_ms - begin_ms) // DAY_MS))
        campaign = campaign_day(self.days)
        weights = []
        for day in range(self.days):
            weight = 1 + (GROWTH - 1) * day / self.days
            weight *= rhythm.weekdays[_weekday(begin_ms + day * DAY_MS)]
            if campaign is not None and 0 <= day - campaign < len(CAMPAIGN_FACTORS):
                weight *= CAMPAIGN_FACTORS[day - campaign]
            weights.append(weight)
        self._sums = list(accumulate(weights))

    def pick_day(self, random: Random) -> int:
        if random.random() < SHARE_AT_THE_START:
            return random.randrange(min(3, self.days))
        return min(self.days - 1, bisect(self._sums, random.random() * self._sums[-1]))


def campaign_day(days: int) -> int | None:
    """None where there is no room for one."""
    return int(days * CAMPAIGN_AT) if days >= SHORTEST_WITH_CAMPAIGN_DAYS else None


def moment_on(random: Random, rhythm: Rhythm, day_ms: int, utc_offset_minutes: int) -> int:
    """At an hour of that local day when people are awake."""
    local_day = (day_ms + utc_offset_minutes * 60_000) // DAY_MS * DAY_MS
    hour = random.choices(range(24), rhythm.hours)[0]
    return local_day + hour * HOUR_MS + random.randrange(HOUR_MS) - utc_offset_minutes * 60_000


def fitting_moment(random: Random, rhythm: Rhythm, at_ms: int, utc_offset_minutes: int) -> int:
    """The wished moment, moved to an hour and a weekday that fit; not before it."""
    for wait in range(LONGEST_WAIT_DAYS):
        day_ms = at_ms + wait * DAY_MS
        if random.random() > rhythm.weekdays[_weekday(day_ms + utc_offset_minutes * 60_000)]:
            continue
        found = moment_on(random, rhythm, day_ms, utc_offset_minutes)
        if found >= at_ms:
            return found
    return at_ms


def _weekday(at_ms: int) -> int:
    return datetime.fromtimestamp(at_ms / 1000, UTC).weekday()
