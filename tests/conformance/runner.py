"""Replays recorded cases against a running stack. `settle` is a flush, and a case goes on after a step that differs."""

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.conformance.deviations import ABSENT
from tests.conformance.kit import replay
from tests.stack import Stack

CORE_AREAS = frozenset({"ingest", "read", "manage"})  # the others are named as the plugin that they are about
PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
#: Some cases wait for caches of the original, up to 11 s. Here a change is seen within 2 s in all processes.
LONGEST_WAIT_SECONDS = 3.0


@dataclass
class CaseResult:
    name: str
    passed: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)  # number of the step -> what differed
    absent: list[int] = field(default_factory=list)  # steps about features that do not exist

    def unexplained(self, deviations: Mapping[str, Mapping[int, str]]) -> list[str]:
        """What differs without a reason, and reasons for what does not differ. Empty when all is well."""
        known = deviations.get(self.name, {})
        problems = [text for number, text in self.failed.items() if number not in known]
        return problems + [f"step {number} passes: remove its reason" for number in known if number not in self.failed]

    def summary(self) -> str:
        lines = [f"{self.name}: {len(self.passed)} passed, {len(self.failed)} failed, {len(self.absent)} absent"]
        return "\n".join([*lines, *(f"  {text}" for text in self.failed.values())])


def cases(patterns: Sequence[str] = ()) -> list[Path]:
    """Of parts that exist: those whose path below `kit/cases` matches one of the patterns; without patterns all."""
    wanted = [f"{pattern.removesuffix('.json')}.json" for pattern in patterns or ["*/*"]]
    found = {path for pattern in wanted for path in replay.CASES.glob(pattern)}
    return sorted(path for path in found if exists(path.parent.name))


def exists(area: str) -> bool:
    return area in CORE_AREAS or (PLUGINS / area.replace("-", "_") / "apps.py").exists()


def is_absent(step: dict[str, Any], answer: requests.Response) -> bool:
    asked = step["path"]
    if method := step.get("query", {}).get("method"):
        asked += f"?method={method}"
    is_refused = answer.status_code == 400 and answer.text in (
        '{"result":"Invalid path"}',
        '{"result":"Invalid method"}',
    )
    return is_refused and asked.startswith(ABSENT)


class StackRunner(replay.Runner):
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.base_url, self.api_key = stack.url, stack.api_key
        self.settle, self.recording = 0.0, False
        member = stack.database().members.find_one({"api_key": stack.api_key})
        self.admin = {"api_key": self.api_key, "_id": str(member["_id"])}
        self.admin |= {name: member[name] for name in ("full_name", "username", "email")}

    def run_case(self, path: Path) -> CaseResult:
        case = json.loads(path.read_text(encoding="utf-8"))
        context = replay.Context(replay.Clock(case.get("weeks", "day-of-year")))
        context.variables = {"admin": self.admin, "unique": f"u{uuid.uuid4().int}"[:10]}
        context.variables["year"] = context.clock.today.year
        result = CaseResult(f"{case['area']}/{case['name']}")
        with requests.Session() as http:
            try:
                self.create_fixtures(http, case, context)
                self.take_steps(http, case, context, result)
            finally:
                self.remove_fixtures(http, case, context)
        return result

    def take_steps(
        self, http: requests.Session, case: dict[str, Any], context: replay.Context, result: CaseResult
    ) -> None:
        for number, step in enumerate(case["steps"], 1):
            if "wait" in step:
                self.wait(step["wait"])
                continue
            try:
                answer = self.send(http, step, context)
                lines = self.judge(case, step, answer, context)
                if lines and is_absent(step, answer):
                    result.absent.append(number)
                    continue
            except KeyError as missing:
                lines = [f"needs {missing}, which no answer before it had"]
            if lines:
                sent = replay.short(step.get("query") or step.get("form") or step.get("json") or {}, 160)
                head = f"step {number} {step.get('method', 'GET')} {step['path']} {sent}"
                result.failed[number] = "\n      ".join([head, *lines])
            else:
                result.passed.append(number)

    def wait(self, how: str | float) -> None:
        if how == "settle":
            self.stack.flush()
        else:
            time.sleep(min(float(how), LONGEST_WAIT_SECONDS))  # the case is about this time: caches, cooldowns
