"""The calendar units a user enters with a session: where the last one began before the unit did."""

from apps.core.timebuckets import TimeBuckets, buckets

HOUR, DAY, WEEK, MONTH, YEAR = 1, 2, 4, 8, 16
ALL_LEVELS = HOUR | DAY | WEEK | MONTH | YEAR
DAY_AND_ABOVE = ALL_LEVELS & ~HOUR


def levels_entered(last_session_s: int | None, now: TimeBuckets, zone: str) -> int:
    """A set of bits. The week counts only within a year: who was last seen in an earlier one does not enter it."""
    if last_session_s is None:
        return ALL_LEVELS
    if last_session_s >= now.start_of_hour:
        return 0
    entered = HOUR
    if last_session_s < now.start_of_day:
        entered |= DAY
        last = buckets(last_session_s * 1000, zone)
        if last.year == now.year and last.week < now.week:
            entered |= WEEK
        if last_session_s < now.start_of_month:
            entered |= MONTH
            if last_session_s < now.start_of_year:
                entered |= YEAR
    return entered
