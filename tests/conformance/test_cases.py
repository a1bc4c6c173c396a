"""Recorded answers of Countly 25.03, replayed against the running product."""

from pathlib import Path

import pytest

from tests.conformance.deviations import DEVIATIONS, LATER
from tests.conformance.kit import replay
from tests.conformance.runner import StackRunner
from tests.stack import Stack

BUILT = (
    "ingest/*",
    "read/*",
    "manage/apps-*",
    "manage/configs",
    "manage/users-*",
    "manage/rights-*",
    "manage/tokens",
    "manage/front-end",
    "two-factor-auth/*",
    "manage/export-formats",
    "crashes/*",
    "dbviewer/*",
    "dashboards/*",
    "logger/*",
    "manage/event-*",
    "manage/notes",
    "density/*",
    "locale/*",
    "sources/*",
    "times-of-day/*",
    "star-rating/*",
    "views/*",
    "consolidate/*",
    "push/*",
    "reports/*",
    "manage/app-users-export",
    "manage/system",
)
CASES = sorted(path for pattern in BUILT for path in replay.CASES.glob(f"{pattern}.json"))

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def runner(stack: Stack) -> StackRunner:
    return StackRunner(stack)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_answers_equal_the_recorded_ones(path: Path, runner: StackRunner) -> None:
    result = runner.run_case(path)

    print(result.summary())
    expected = {**DEVIATIONS.get(result.name, {}), **LATER.get(result.name, {})}
    assert {number: text for number, text in result.failed.items() if number not in expected} == {}, result.summary()
    assert sorted(set(expected) - set(result.failed) - set(result.skipped)) == [], "these steps pass: remove the entry"
