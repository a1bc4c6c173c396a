"""Every endpoint of the API, called by everybody. What each may do follows from its row in `rows.py`."""

import inspect
import json
from collections import defaultdict

import pytest
from django.test import Client

from apps.accounts import callers
from apps.openapi.addresses import addresses
from apps.plugin_api import states
from apps.plugin_api.descriptions import DESCRIPTIONS, discover
from tests.ingest.door import get, in_loop
from tests.security import offered
from tests.security.people import ADDRESS_OF_TOKEN, world
from tests.security.rows import Row, effective, rows

pytestmark = pytest.mark.django_db

LETTERS = {"r": "reader", "c": "creator", "u": "updater", "d": "deleter"}
SDK_ADDRESSES = ("/i", "/i/bulk", "/i/sdk", "/o/sdk")
PAGES = ("/api/docs", "/api/redoc", "/api/schema")
#: With what those who may not are refused.
REFUSALS = frozenset(
    {
        callers.NO_RIGHT,
        'Missing parameter "api_key" or "auth_token"',
        "Token not valid",
        "User does not exist",
        "User is locked",
        "No app_id provided",
        "No app id provided",
        "User does not have admin rights for this app",
    }
)
NOBODY = ("nobody", "app key", "wrong key", "token for an address", "token for another", "expired token", "locked")


@pytest.fixture(autouse=True)
def _all_plugins(db, monkeypatch):
    """Also those that are off until somebody wants them; no worker listens."""
    from apps.tasks import tasks

    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)
    states.switch("two-factor-auth", True)
    discover()


def served() -> dict[str, Row]:
    return {found.path: row_of(found.path, found.rule) for found in addresses()}


def row_of(path, rule):
    if rule is None:
        return Row(path, "open")
    rule = inspect.unwrap(rule)  # one that asks the same for more than one application
    inner = inspect.getclosurevars(rule).nonlocals
    if rule.__module__ == callers.__name__ and "letter" in inner:
        features = (inner["feature"],) if isinstance(inner["feature"], str) else tuple(inner["feature"])
        return Row(path, LETTERS[inner["letter"]], features)
    return Row(path, rule.__name__)


def test_every_endpoint_has_its_row():
    found, written = served(), rows()

    assert found == written, "\n".join(
        [f"add: {row.path} {row.rule} {','.join(row.features)}" for path, row in found.items() if path not in written]
        + [f"not served: {path}" for path in written if path not in found]
        + [f"{path}: {row} is {found[path]}" for path, row in written.items() if found.get(path, row) != row]
    )


def test_every_rule_is_known():
    known = {"open", *LETTERS.values(), *offered.rules()}
    known |= {name for name, found in vars(callers).items() if inspect.isfunction(found) and is_rule(found)}

    assert {row.rule for row in rows().values()} - known == set()


def is_rule(found):
    return list(inspect.signature(found).parameters) == ["parameters", "headers"]


def may(row, who):
    """Of those in `people.world`."""
    if row.rule == "open" or (who == "token for an address" and row.path == ADDRESS_OF_TOKEN):
        return True
    if who in NOBODY:
        return False
    if who in ("global admin", "token"):
        return True
    return {
        "any_member": True,
        "any_member_without_limits": who != "token for the application",
        "global_admin": False,
        "application_admin": who in ("admin", "token for the application"),
        "application_or_global_admin": who in ("admin", "token for the application"),
        "writer": who in ("admin", "token for the application"),
        "reader": who in ("reader", "admin", "token for the application"),
        "creator": who in ("admin", "token for the application"),
        "updater": who in ("admin", "token for the application"),
        "deleter": who in ("admin", "token for the application"),
    }[row.rule]


def call(client, row, shop, shown):
    """(status, text of the answer)."""
    path, _, query = row.path.partition("?")
    parameters = {"app_id": shop.id, "apps": json.dumps([shop.id]), **shown}
    if query:
        name, _, value = query.partition("=")
        parameters[name] = value
    answer = client.post(path, parameters)
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    try:
        found = json.loads(text)
    except ValueError:
        return answer.status_code, ""
    result = found.get("result", "") if isinstance(found, dict) else ""
    return answer.status_code, result if isinstance(result, str) else ""


def problem(row, who, allowed, status, result):
    is_refused = status in (400, 401, 403, 404) and result in REFUSALS
    is_broken = status >= 500 and result not in sentences_of(row.path)[status]
    if is_broken or is_refused == allowed:
        return f"{row.path} ({row.rule}) by {who}: {status} {result!r}"
    return None


def sentences_of(path):
    """The protocol answers some bad requests with 500; the description of the API says with which sentence."""
    described = DESCRIPTIONS.get(path)
    return defaultdict(list, described.errors if described else {})


def asked():
    return [effective(row) for row in rows().values() if row.path not in (*SDK_ADDRESSES, *PAGES)]


def test_each_may_do_what_the_row_says_and_nothing_else():
    client, made = Client(raise_request_exception=False), world()
    credentials = made.credentials()
    problems = []
    for row in asked():
        for who, shown in credentials.items():
            found = problem(row, who, may(row, who), *call(client, row, made.shop, shown))
            problems += [found] if found else []

    assert problems == []


def test_a_right_is_of_one_feature_and_one_letter():
    client, made = Client(raise_request_exception=False), world()
    problems = []
    for row in asked():
        if not row.letter:
            continue
        for letter, feature in [*((letter, row.features[0]) for letter in "crud"), (row.letter, "nothing")]:
            allowed = letter == row.letter and feature in row.features
            shown = {"api_key": made.with_right(letter, feature).api_key}
            found = problem(row, f"{letter} {feature}", allowed, *call(client, row, made.shop, shown))
            problems += [found] if found else []

    assert problems == []


@pytest.mark.parametrize("path", SDK_ADDRESSES)
def test_members_are_nobody_on_the_road_of_sdks(transactional_db, path):
    made = world()

    answer = in_loop(lambda: get(path, api_key=made.people["global admin"].api_key, app_id=made.shop.id))

    assert (answer.status, set(answer.json)) == (400, {"result"})


def test_descriptions_of_the_api_are_open():
    client = Client()

    assert [client.get(path).status_code for path in PAGES] == [200, 200, 200]
