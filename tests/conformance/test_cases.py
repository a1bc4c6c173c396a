"""Recorded answers of Countly 25.03, replayed against the running product. See `tests/conformance/__main__.py`."""

from pathlib import Path

import pytest
import requests

from tests.conformance.deviations import DEVIATIONS
from tests.conformance.runner import CaseResult, StackRunner, cases, is_absent
from tests.stack import Stack


@pytest.fixture(scope="module")
def runner(stack: Stack) -> StackRunner:
    return StackRunner(stack)


@pytest.mark.stack
@pytest.mark.parametrize("path", cases(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_answers_equal_the_recorded_ones(path: Path, runner: StackRunner) -> None:
    result = runner.run_case(path)
    print(result.summary())
    assert result.unexplained(DEVIATIONS) == []


def test_every_reason_belongs_to_a_case_that_runs() -> None:
    assert set(DEVIATIONS) <= {f"{path.parent.name}/{path.stem}" for path in cases()}


@pytest.mark.parametrize(
    ("path", "method", "status", "text", "expected"),
    [
        ("/i/alert/save", None, 400, "Invalid path", True),
        ("/o", "sdks", 400, "Invalid method", True),
        ("/o", "users", 400, "Invalid method", False),
        ("/i/alert/save", None, 401, "User does not have right", False),
        ("/i/alert/save", None, 400, "Missing argument", False),
    ],
)
def test_only_what_is_refused_as_unknown_is_absent(
    path: str, method: str | None, status: int, text: str, expected: bool
) -> None:
    answer = requests.Response()
    answer.status_code, answer._content = status, f'{{"result":"{text}"}}'.encode()
    assert is_absent({"path": path, "query": {"method": method} if method else {}}, answer) is expected


def test_a_difference_needs_a_reason_and_a_reason_a_difference() -> None:
    result = CaseResult("area/case", passed=[1], failed={2: "two differs", 3: "three differs"})
    assert result.unexplained({}) == ["two differs", "three differs"]
    assert result.unexplained({"area/case": {1: "why", 2: "why"}}) == [
        "three differs",
        "step 1 passes: remove its reason",
    ]
    assert result.unexplained({"area/case": {2: "why", 3: "why"}}) == []
