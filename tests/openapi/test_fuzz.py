"""Calls every endpoint with whatever its description allows, and with what it does not: there is always an answer.

One request per endpoint here; `make fuzz` sends many more (FUZZ_EXAMPLES).
"""

import gc
import json
import os
from urllib.parse import urlsplit

import jsonschema_rs
import psutil
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from apps.accounts import permissions
from apps.accounts.members import create_member
from apps.applications.lifecycle import create_application
from apps.openapi.generator import Generator
from apps.pipeline import tasks
from tests.ingest.door import in_loop, knock

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
MOST_GROWTH_BYTES = 600_000_000  # the generators of requests alone take 200 MB
PAGES = ("/api/docs", "/api/redoc", "/api/schema")


@pytest.fixture
def description(transactional_db):
    return Generator().get_schema(public=True)


@pytest.fixture
def people(transactional_db):
    application = create_application("Fuzzed", timezone="Europe/Berlin")
    rights = {str(application.pk): {"all": True, "allowed": {}}}
    permission = {**permissions.empty(), "c": rights, "r": rights, "u": rights, "d": rights}
    return application, [
        create_member(
            full_name=name, username=name, email=f"{name}@example.com", password="Correct-Horse-1", **more
        ).api_key
        for name, more in {"owner": {"global_admin": True}, "member": {"permission": permission}}.items()
    ]


def test_whatever_is_asked_there_is_an_answer(description, people, caplog):
    before = resident_bytes()
    problems = []
    for result in schemathesis.openapi.from_dict(description).get_all_operations():
        operation = result.ok()
        if operation.path not in PAGES:
            allowed = description["paths"][operation.path][operation.method]["responses"]
            problems += problems_of(operation, allowed, *people)
    tasks.task_sweep()

    assert not problems, "\n".join(str(problem) for problem in problems)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
    gc.collect()
    assert resident_bytes() - before < MOST_GROWTH_BYTES


def problems_of(operation, allowed, application, keys):
    """Requests that were answered as the description does not say: (path, problem, answer)."""
    problems = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 10,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        key=st.sampled_from([*keys, keys[0], ""]),
        of_ours=st.sampled_from([True, True, True, False]),
    )
    def call(case, key, of_ours):
        added = {"api_key": key} if key else {}
        if of_ours:
            added |= {"app_id": str(application.pk), "app_key": application.key}
        answer = send(case, added)
        problem = problem_with(answer, allowed)
        if problem:
            problems.append((operation.path, problem, answer.body[:300]))

    call()
    return problems


def send(case, added):
    """Through the ASGI application, as the web server would."""
    prepared = requests.Request(**request_of(case)).prepare()
    parts = urlsplit(prepared.url)
    query = "&".join(part for part in (parts.query, *(f"{name}={value}" for name, value in added.items())) if part)
    body = prepared.body or b""
    headers = [
        (name, value if isinstance(value, str) else value.decode("latin-1")) for name, value in prepared.headers.items()
    ]
    return in_loop(
        lambda: knock(
            prepared.method, parts.path, query.encode(), body.encode() if isinstance(body, str) else body, headers
        )
    )


def request_of(case):
    """A method of `/o` stands with its name in the path of the description."""
    path, _, query = case.path.partition("?")
    case.path = path
    if query:
        name, _, value = query.partition("=")
        case.query = {**(case.query or {}), name: value}
    sent = case.as_transport_kwargs(base_url="http://testserver")
    return {
        name: sent[name]
        for name in ("method", "url", "params", "headers", "cookies", "data", "json", "files")
        if name in sent
    }


def problem_with(answer, allowed):
    """Status 500 is the protocol's answer to a few bad requests; then its sentence is described."""
    described = allowed.get(str(answer.status))
    if answer.status >= 500:
        sentences = [] if described is None else described["description"]
        result = answer.json.get("result") if answer.body.startswith(b"{") else None
        return None if isinstance(result, str) and result and result in sentences else f"status {answer.status}"
    if answer.status != 200:
        return None
    media = described["content"].get("application/json")
    if media is None or not answer.headers.get("content-type", "").startswith("application/json"):
        return None
    if "result" in answer.body.decode()[:12]:
        return None  # a message instead of data: "Ignoring device_id", "Nothing changed"
    error = next(jsonschema_rs.validator_for(media["schema"]).iter_errors(json.loads(answer.body)), None)
    return f"does not fit its schema: {error.message[:200]}" if error else None


def resident_bytes():
    return psutil.Process().memory_info().rss
