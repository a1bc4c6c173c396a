"""The numbers of crashes in a period, for screens, widgets and reports. Percentages are None where nobody was there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.analytics import audience, computations, grouping
from apps.analytics.computations import Row
from apps.analytics.merging import Tree
from apps.analytics.periods import Period
from apps.analytics.questions import Question
from plugins.crashes import queries

ALL, FATAL, NONFATAL = "all", "fatal", "nonfatal"
#: By what is asked for: counters of reports, of groups, of sessions and of users free of them.
COUNTERS: Mapping[str, tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]]] = {
    ALL: (("crf", "crnf"), ("cruf", "crunf"), ("crfses", "crnfses"), ("crauf", "craunf")),
    FATAL: (("crf",), ("cruf",), ("crfses",), ("crauf",)),
    NONFATAL: (("crnf",), ("crunf",), ("crnfses",), ("craunf",)),
}
SESSIONS, USERS = "cr_s", "cr_u"
#: What follows from them, and how it is shown.
KINDS = {"cr": "count", "cru": "count", "per_session": "decimal", "crau": "percent", "crinv": "percent"}
Lines = dict[str, tuple[list[Any], list[Any]]]


@dataclass(frozen=True, slots=True)
class Figures:
    summary: Mapping[str, Row]  # by the names of KINDS, and of the counters
    lines: Lines  # by the same names


def read(question: Question, platform: str = "", version: str = "", kind: str = ALL) -> Figures:
    tree = queries.counters(question.application.id, question.period, platform, version)
    return figures_of(tree, question, kind if kind in COUNTERS else ALL)


def figures_of(tree: Tree, question: Question, kind: str) -> Figures:
    period = question.period
    names, unique = _counters(kind)
    totals = computations.summarize(tree, period, names, unique)
    now, before = ({name: row[which] for name, row in totals.items()} for which in ("total", "prev-total"))
    derived_now, derived_before = derived(now, kind), derived(before, kind)
    summary = {
        name: computations.compared(derived_now[name] or 0, derived_before[name] or 0)
        | {"is_known": derived_now[name] is not None}
        for name in KINDS
    }
    summary["cru"]["is_estimate"] = summary["crau"]["is_estimate"] = period.is_special
    lines = _lines_of_groups(tree, question, kind) if question.step else audience.lines(tree, period, names)
    return Figures({**totals, **summary}, {**lines, **{name: _line(lines, name, kind) for name in KINDS}})


def _counters(kind: str) -> tuple[list[str], frozenset[str]]:
    """All that are needed, and which of them are no sums of days."""
    reports, groups, free_sessions, free_users = COUNTERS[kind]
    unique = frozenset({*groups, *free_users, USERS})
    return [*reports, *free_sessions, SESSIONS, *sorted(unique)], unique


def _lines_of_groups(tree: Tree, question: Question, kind: str) -> Lines:
    """Of the weeks or months of the period. Users and groups of crashes are estimated as those of any range of days:
    stored weeks begin with the year, not on Mondays."""
    names, unique = _counters(kind)

    def count(part: Period) -> dict[str, Any]:
        found, _ = computations.totals(tree, part, names, unique)
        return found

    now, before = grouping.counted(question.period, question.step, count, now_ms=question.now_ms)
    return {name: ([each and each[name] for each in now], [each and each[name] for each in before]) for name in names}


def derived(counted: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """From the counters of one step, or of a whole period."""
    reports, groups, free_sessions, free_users = COUNTERS[kind]
    sessions, users = counted[SESSIONS] or 0, counted[USERS] or 0
    crashes = sum(counted[name] or 0 for name in reports)
    return {
        "cr": crashes,
        "cru": sum(counted[name] or 0 for name in groups),
        "per_session": round(crashes / sessions, 2) if sessions else None,
        # Of all kinds of crashes at most so many are free as of each kind.
        "crau": share(min(counted[name] or 0 for name in free_users), users),
        "crinv": share(min(counted[name] or 0 for name in free_sessions), sessions),
    }


def share(part: float, whole: float) -> float | None:
    """Between 0 and 100: what other servers counted may not fit together."""
    return round(min(100.0, max(0.0, part / whole * 100)), 2) if whole else None


def _line(lines: Lines, name: str, kind: str) -> tuple[list[Any], list[Any]]:
    now, before = (_steps(lines, which, name, kind) for which in (0, 1))
    return now, before


def _steps(lines: Lines, which: int, name: str, kind: str) -> list[Any]:
    steps = zip(*(values[which] for values in lines.values()), strict=True)
    found = []
    for step in steps:
        counted = dict(zip(lines, step, strict=True))
        found.append(None if counted[SESSIONS] is None else derived(counted, kind)[name])
    return found
