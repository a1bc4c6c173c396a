"""Which stored units cover a range of days, for counting unique users over it.

Unique users are stored per day, week, month and year and cannot be added up. A range is therefore covered twice, with
the largest units that fit into it and with coarse ones that may reach beyond it; both sums are upper bounds of the
unique users of the range, the smaller one is the estimate.

Keys: day "2025.3.12", month "2025.3", week "2025.w11" with week = ceil(day of year / 7).
"""

import calendar
from collections import Counter
from collections.abc import Iterable
from datetime import date

UNUSABLE_WEEK = "*"  # all weeks that do not fit into the range share one marker; the repair below relies on it


def day_key(day: date) -> str:
    return f"{day.year}.{day.month}.{day.day}"


def month_key(day: date) -> str:
    return f"{day.year}.{day.month}"


def week_number(day: date) -> int:
    return (day.timetuple().tm_yday + 6) // 7


def week_key(day: date) -> str:
    return f"{day.year}.w{week_number(day)}"


def sunday_week_key(day: date) -> str:
    """The key of the week that counts as current: weeks start on Sunday, week 1 holds 1 January, calendar year.

    It differs from `week_key` on most days. The original compares the two, and so do we: estimates stay equal.
    """
    first = date(day.year, 1, 1)
    offset = first.isoweekday() % 7
    number = (day.timetuple().tm_yday - 1 + offset) // 7 + 1
    days_to_saturday = 6 - day.isoweekday() % 7
    if (date(day.year, 12, 31) - day).days < days_to_saturday:
        number = 1
    return f"{day.year}.w{number}"


def unique_covers(days: list[date], server_today: date) -> tuple[list[str], list[str]]:
    """The fine and the coarse cover of consecutive days, oldest first."""
    current_week = sunday_week_key(server_today)
    weeks = [week_key(day) for day in days]
    months = [month_key(day) for day in days]
    days_of_week, days_of_month = Counter(weeks), Counter(months)
    usable = [week if days_of_week[week] >= 7 or week == current_week else UNUSABLE_WEEK for week in weeks]
    length = {month_key(day): _length_so_far(day, server_today) for day in days}
    is_full = [days_of_month[month] >= length[month] for month in months]

    fine: list[str] = []
    rejected: set[str] = set()
    overlaps: dict[str, tuple[int, int]] = {}  # week -> its days inside full months, index of the first of them
    for index, day in enumerate(days):
        week = usable[index]
        if is_full[index]:
            fine.append(months[index])
            rejected.add(week)
            inside, first = overlaps.get(week, (0, index))
            overlaps[week] = inside + 1, first
        elif week != UNUSABLE_WEEK and week not in rejected:
            fine.append(week)
        else:
            fine.append(day_key(day))

    totals = Counter(usable)
    for week, (inside, first) in overlaps.items():
        if inside == 7 or (week == current_week and totals[week] == inside):
            continue
        for index in range(max(0, first - (totals[week] - inside)), first):
            if not is_full[index]:
                fine[index] = day_key(days[index])
    coarse = [
        months[index] if days_of_month[months[index]] >= length[months[index]] * 0.5 else weeks[index]
        for index in range(len(days))
    ]
    return ordered_unique(key for key in fine if key not in rejected), ordered_unique(coarse)


def _length_so_far(day: date, server_today: date) -> int:
    """Days of the month of `day`; of the running month only those that have begun."""
    if (day.year, day.month) == (server_today.year, server_today.month):
        return server_today.day
    return calendar.monthrange(day.year, day.month)[1]


def ordered_unique(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))


def unit_map(days: list[date]) -> dict[str, dict[str, dict[str, dict[str, dict[str, object]]]]]:
    """Year -> month -> week -> day. Months only of the first and last year, days only of the first and last month."""
    result: dict[str, dict[str, dict[str, dict[str, dict[str, object]]]]] = {}
    for day in days:
        months = result.setdefault(str(day.year), {})
        if day.year not in (days[0].year, days[-1].year):
            continue
        weeks = months.setdefault(str(day.month), {})
        if (day.year, day.month) in ((days[0].year, days[0].month), (days[-1].year, days[-1].month)):
            weeks.setdefault(f"w{week_number(day)}", {})[str(day.day)] = {}
    return result
