"""Operators of the database in place of values, in every parameter of every endpoint: none reaches a command."""

import json
from itertools import cycle

import pytest
from django.test import Client
from pymongo.monitoring import _EventListeners

from apps.plugin_api import states
from apps.tasks import tasks
from tests.security.people import world
from tests.security.plausible import endpoints, parameters_of, request

pytestmark = pytest.mark.django_db

SENT = "sent-operator"
#: Run code, look into other collections, write, or step around what the right has set.
FORBIDDEN = {
    "$where": SENT,
    "$expr": {"$eq": ["$x", SENT]},
    "$function": {"body": SENT, "args": [], "lang": "js"},
    "$accumulator": {"init": SENT, "accumulate": SENT, "lang": "js"},
    "$graphLookup": {"from": SENT, "startWith": "$x", "connectFromField": "x", "connectToField": "x", "as": "x"},
    "$lookup": {"from": SENT, "localField": "x", "foreignField": "x", "as": "x"},
    "$unionWith": SENT,
    "$out": SENT,
    "$merge": {"into": SENT},
}
#: Parameters that are filters may have these.
COMPARING = {"$ne": SENT, "$gt": SENT, "$nin": [SENT], "$regex": SENT, "$or": [{"x": SENT}], "$set": {"x": SENT}}
OPERATORS = {**FORBIDDEN, **COMPARING}
FILTERS = ("query", "filter", "aggregation")


@pytest.fixture
def commands(db, monkeypatch):
    """What the database was told."""
    told = []
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)
    publish = _EventListeners.publish_command_start

    def note(listeners, command, *rest, **more):
        told.append(command)
        publish(listeners, command, *rest, **more)

    monkeypatch.setattr(_EventListeners, "publish_command_start", note)
    states.switch("two-factor-auth", True)
    return told


def operators_in(value):
    """Those that hold what was sent, as they were sent."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in OPERATORS and OPERATORS[name] == inner:
                yield name
            yield from operators_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from operators_in(inner)


def placed(name, operator, value):
    """Where an operator of its kind would have to stand to do anything."""
    if name == "aggregation":
        computed = operator in ("$function", "$accumulator")
        stage = {"$match": {operator: value}} if operator in ("$where", "$expr") else {operator: value}
        return [{"$group": {"_id": None, "x": {operator: value}}} if computed else stage]
    return {operator: value}


def test_no_operator_reaches_the_database(commands):
    made = world()
    client = Client(raise_request_exception=False)
    known = {"app_id": made.shop.id, "api_key": made.people["global admin"].api_key}
    forbidden, comparing = cycle(FORBIDDEN.items()), cycle(COMPARING.items())
    forms = cycle((True, False))
    problems = []

    def send(path, name, value, as_json):
        commands.clear()
        address, parameters = request(path, described, lambda name: "wrong" if name == "password" else None)
        sent = {**parameters, **known, name: value}
        if as_json:
            answer = client.post(address, sent, content_type="application/json")
        else:
            texts = {key: one if isinstance(one, str) else json.dumps(one) for key, one in sent.items()}
            answer = client.post(address, texts)
        b"".join(answer.streaming_content) if answer.streaming else None
        answer.close()
        found = set(operators_in([dict(command) for command in commands]))
        if not answer.streaming and b"Server error" in answer.content:
            found.add("status 500")
        problems.extend((path, name, operator) for operator in found)

    for path, described in endpoints():
        for one in parameters_of(described):
            if one.is_file or one.name == "app_id":
                continue
            if one.name in FILTERS:
                for operator, value in FORBIDDEN.items():
                    if (one.name, operator) != ("aggregation", "$expr"):  # there it only computes
                        send(path, one.name, placed(one.name, operator, value), as_json=False)
                        send(path, one.name, {"x": {"$not": {operator: value}}}, as_json=True)
            else:
                for kinds, as_json in ((forbidden, True), (comparing, next(forms))):
                    operator, value = next(kinds)
                    send(path, one.name, {operator: value}, as_json)
        if described.parameters:
            name = described.parameters[-1].name
            send(path, f"{name}[$ne]", SENT, as_json=False)

    assert problems == []
    assert client.get("/o/users/me", known).status_code == 200  # still somebody who may everything


def test_an_operator_that_got_through_would_be_seen(commands):
    from apps.core import mongo

    mongo.collection("notes").find_one({"app_id": "x", "$or": [{"owner": {"$ne": SENT}}]})

    assert set(operators_in([dict(command) for command in commands])) == {"$ne"}
