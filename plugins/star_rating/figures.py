"""How many ratings, and how good: from the counters of the event, by its combined segment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.analytics import computations, event_figures, periods, queries, sections
from apps.analytics.merging import Tree
from apps.analytics.periods import Period
from apps.analytics.questions import Question, ask
from apps.applications.info import ApplicationInfo
from plugins.star_rating.documents import COMBINED, EVENT, RATINGS, parted

Counts = dict[int, int]  # rating -> how often


@dataclass(frozen=True, slots=True)
class Filter:
    """ "" stands for all."""

    platform: str = ""
    version: str = ""  # with colons for dots
    widget: str = ""
    rating: int = 0

    def takes(self, platform: str, version: str, rating: int, widget: str) -> bool:
        return (
            self.platform in ("", platform)
            and self.version in ("", version)
            and self.widget in ("", widget)
            and self.rating in (0, rating)
        )


EVERYTHING = Filter()


def read(question: Question) -> Tree:
    return event_figures.read(question, EVENT, COMBINED)


def counts(tree: Tree, period: Period, chosen: Filter = EVERYTHING) -> Counts:
    found = dict.fromkeys(RATINGS, 0)
    for row in computations.table(tree, sections.known_values(tree, COMBINED), period, ("c",)):
        parts = parted(row["_id"])
        if parts is not None and chosen.takes(*parts):
            found[parts[2]] += row["c"]
    return found


def counts_before(tree: Tree, question: Question, chosen: Filter = EVERYTHING) -> Counts:
    return counts(tree, periods.before(question.period), chosen)


def lines(tree: Tree, period: Period, chosen: Filter = EVERYTHING) -> dict[int, list[int]]:
    """rating -> how often, step by step."""
    values: dict[int, list[str]] = {rating: [] for rating in RATINGS}
    for value in sections.known_values(tree, COMBINED):
        parts = parted(value)
        if parts is not None and chosen.takes(*parts):
            values[parts[2]].append(value)
    keys = computations.step_keys(period)
    return {
        rating: [
            sum(computations.number(computations.node_at(tree, key, value), "c") for value in named) for key in keys
        ]
        for rating, named in values.items()
    }


def total(found: Mapping[int, int]) -> int:
    return sum(found.values())


def average(found: Mapping[int, int]) -> float:
    number = total(found)
    return sum(rating * count for rating, count in found.items()) / number if number else 0.0


def choices(tree: Tree) -> dict[str, list[str]]:
    """Platform -> versions (with colons for dots) of the ratings that the tree holds."""
    return _by_platform(sections.known_values(tree, COMBINED))


def versions_by_platform(application_id: str, period: Period) -> dict[str, list[str]]:
    tree = queries.event_trees(application_id, [EVENT], period)[EVENT]
    return _by_platform(sections.known_values(tree, COMBINED))


def summary(question: Question) -> dict[str, Any]:
    """For home page, dashboards and reports: rows of ratings with share and change, number and average."""
    tree = read(question)
    now, before = counts(tree, question.period), counts_before(tree, question)
    number = total(now)
    return {
        "total": number,
        "average": round(average(now), 2),
        "rows": [
            {
                "rating": rating,
                "count": count,
                "percent": round(100 * count / number, 2) if number else 0,
                "change": round(100 * (count - before[rating]) / before[rating], 2) if before[rating] else "NA",
            }
            for rating, count in now.items()
        ],
    }


def summary_of(application: ApplicationInfo, period: Any) -> dict[str, Any]:
    return summary(ask(application, period))


def _by_platform(values: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for value in values:
        parts = value.split("**")
        if len(parts) >= 4:
            found.setdefault(parts[0], set()).add(parts[1])
    return {platform: sorted(versions) for platform, versions in sorted(found.items())}
