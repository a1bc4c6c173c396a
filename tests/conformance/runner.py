"""Replays recorded cases against a running stack, also where an endpoint is not there yet.

`settle` is a flush. A step whose endpoint does not exist is skipped; so are the
steps that need what it would have answered.
"""

import json
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from apps.analytics.methods import METHODS
from apps.plugin_api.sdk_methods import SDK_METHODS
from tests.conformance.kit import replay
from tests.stack import Stack

#: Some cases wait for caches of the original, up to 11 s. Here a change is seen within 2 s in all processes.
LONGEST_WAIT_SECONDS = 3.0


@dataclass
class CaseResult:
    name: str
    passed: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)  # number of the step -> what differed
    skipped: dict[int, str] = field(default_factory=dict)  # -> why

    def summary(self) -> str:
        lines = [f"{self.name}: {len(self.passed)} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"]
        lines += [f"  {text}" for text in self.failed.values()]
        lines += [f"  step {number} skipped: {reason}" for number, reason in self.skipped.items()]
        return "\n".join(lines)


class MissingEndpointError(Exception):
    pass


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
                if is_missing(step, answer):
                    raise MissingEndpointError(f"{step['path']} {step.get('query', {}).get('method', '')}".strip())
                lines = self.judge(case, step, answer, context)
            except (MissingEndpointError, KeyError) as missing:
                result.skipped[number] = str(missing)
                continue
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


def is_missing(step: dict[str, Any], answer: requests.Response) -> bool:
    """Whether the endpoint belongs to a part that is not built."""
    if answer.status_code == 404 and "html" in answer.headers.get("Content-Type", ""):
        return True
    known_methods = {"/o": METHODS.names(), "/o/sdk": SDK_METHODS.names()}.get(step["path"])
    if known_methods is not None:
        return step.get("query", {}).get("method") not in known_methods and answer.text == '{"result":"Invalid method"}'
    known = step["expect"].get("json") == {"result": "Invalid path"}
    return answer.status_code == 400 and answer.text == '{"result":"Invalid path"}' and not known
