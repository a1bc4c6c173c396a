"""The administrator of one application names the things of another, in every parameter, page and form there is.

Requests are made from the descriptions of endpoints and from the forms of pages, so new ones are tried without being
named here. That they would work for whoever may is tried as well: else they would prove nothing.
"""

import json
from itertools import product

import pytest
from django.test import Client
from pymongo.monitoring import _EventListeners

from apps.plugin_api import states
from apps.tasks import kinds, tasks
from tests.security import rows, screens
from tests.security.belongings import LOGS, MARK, changed, populate, restore, stored
from tests.security.forms import forms_in
from tests.security.people import world
from tests.security.plausible import NAMES_A_THING, NAMES_AN_APPLICATION, as_form, endpoints, names_of, request

pytestmark = pytest.mark.django_db

#: Names that stand for one kind of thing only. Under others all kinds are tried.
EXACT = ("collection", "user_id", "tokenid", "uid", "did", "preset_id", "task_id", "dashboard_id")
EVENTS = ("event", "events", "source_events", "selectedEvents")
#: Around whatever scope a query is put into.
ESCAPES = (
    {"$or": [{"app_id": {"$exists": True}}, {"_id": {"$exists": True}}]},
    {"$nor": [{"_id": "nothing"}]},
    {"app_id": {"$ne": "nothing"}},
)


@pytest.fixture(autouse=True)
def _no_worker(db, monkeypatch):
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)
    states.switch("two-factor-auth", True)
    yield
    kinds.KINDS.withdraw("tests")


@pytest.fixture
def made(db):
    return world()


@pytest.fixture
def things(made):
    return populate(made)


@pytest.fixture
def written(monkeypatch):
    """Collections that the database was told to change. To read all of them costs more than a request."""
    told = []
    publish = _EventListeners.publish_command_start

    def note(listeners, command, *rest, **more):
        name = next(iter(command))
        if name in ("insert", "update", "delete", "findAndModify", "bulkWrite", "drop", "create"):
            told.append(command[name])
        publish(listeners, command, *rest, **more)

    monkeypatch.setattr(_EventListeners, "publish_command_start", note)
    return told


def body_of(answer):
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")


def of_members():
    """Endpoints that look at who calls, with what they are described to take."""
    open_to_all = {path for path, row in rows.rows().items() if row.rule == "open"}
    return [(path, described) for path, described in endpoints() if path not in open_to_all]


def naming_things():
    return [found for found in of_members() if any(map(NAMES_A_THING.fullmatch, names_of(found[1])))]


def asked(described, things):
    """Kinds of things to be tried: one, whatever it is, where each name says itself what it stands for."""
    unclear = {
        name
        for name in names_of(described)
        if NAMES_A_THING.fullmatch(name) and not NAMES_AN_APPLICATION.fullmatch(name) and name not in EXACT
    }
    return list(things) if unclear else [next(iter(things))]


def chooser(application_id, things, kind, query=None):
    def choose(name):
        if NAMES_AN_APPLICATION.fullmatch(name):
            return application_id
        if name == "comment_id":
            return "1"
        if name in ("query", "filter"):
            return query or {"uid": things["uid"]}
        if name in EVENTS:
            return things["event"]
        if name in EXACT:
            return things[name]
        return things[kind] if NAMES_A_THING.fullmatch(name) else None

    return choose


def test_no_endpoint_reads_or_changes_things_of_another_application(made, things, written):
    client = Client(raise_request_exception=False)
    shop, other, attacker = made.shop, made.other, made.people["admin"]
    before = stored()
    leaks, refusals = [], {}
    for path, described in naming_things():
        kinds_asked = asked(described, things)
        for kind, named in [(kinds_asked[0], other.id), *((kind, shop.id) for kind in kinds_asked)]:
            address, parameters = request(path, described, chooser(named, things, kind))
            sent = {**as_form(parameters), "app_id": shop.id, "api_key": attacker.api_key}
            answer = client.post(address, sent)
            refusals[path, kind] = body_of(answer)
            if MARK in refusals[path, kind] or answer.status_code >= 500:
                leaks.append((path, kind, answer.status_code))
    after = stored()

    assert leaks == []
    assert [key for key in changed(before, after) if key in before and not is_of(shop, attacker, key)] == []
    assert new_about(other, before, after) == []
    restore(before, after)
    reached, alike = answers_of_who_may(refusals, made, things, before, written)
    assert len(reached) > 4 * len(alike), alike  # nothing is stored that some of these could show


def is_of(application, member, key):
    return any(own in key[0] or own in key[1] for own in (application.id, str(member.pk)))


def new_about(application, before, after):
    """But tokens: a token for an application gives no right to it."""
    new = {key: after[key] for key in after.keys() - before.keys() if key[0] != "auth_tokens"}
    return [key for key, document in new.items() if application.id in repr(document)]


def answers_of_who_may(refusals, made, things, before, written):
    """Endpoints that do or answer something else for the global administrator, who names the right application, and
    those that do not."""
    client = Client(raise_request_exception=False)
    reached, alike = set(), set()
    for path, described in naming_things():
        kinds_asked = asked(described, things)
        if len(kinds_asked) == 1 and not set(EXACT) & names_of(described):
            continue  # takes ids of applications only
        for kind in kinds_asked:
            address, parameters = request(path, described, chooser(made.other.id, things, kind))
            sent = {**as_form(parameters), "app_id": made.other.id, "api_key": made.people["global admin"].api_key}
            written.clear()
            is_other = body_of(client.post(address, sent)) != refusals[path, kind]
            after = stored() if set(written) - LOGS else before
            restore(before, after)
            if is_other or changed(before, after):
                reached.add(path)
                break
        else:
            alike.add(path)
    return reached, alike


@pytest.mark.parametrize("path", ["/o/db", "/o/export/db"])
def test_no_query_leaves_the_scope_of_a_collection(made, things, path):
    client = Client(raise_request_exception=False)
    attacker, owner = made.people["admin"], made.people["global admin"]
    marked = {collection for (collection, _), document in stored().items() if MARK in repr(document)}
    for collection, query in product(marked, ({}, *ESCAPES)):
        sent = {"collection": collection, "dbs": "countly", "db": "countly", "type": "json"}
        sent |= dict.fromkeys(("filter", "query"), json.dumps(query))
        for named in ({}, {"app_id": made.shop.id}):
            answer = client.post(path, {**sent, **named, "api_key": attacker.api_key})
            assert MARK not in body_of(answer), (collection, query)
    known = {"dbs": "countly", "db": "countly", "type": "json", "api_key": owner.api_key}
    answers = [body_of(client.post(path, {"collection": collection, **known})) for collection in marked]

    assert sum(MARK in answer for answer in answers) > 10


def test_no_query_leaves_the_application(made, things):
    client = Client(raise_request_exception=False)
    problems = []
    for path, described in of_members():
        if not {"query", "filter", "aggregation"} & names_of(described):
            continue
        for query in ESCAPES:
            address, parameters = request(path, described, chooser(made.shop.id, things, "uid", query))
            sent = {**as_form(parameters), "app_id": made.shop.id, "api_key": made.people["admin"].api_key}
            answer = client.post(address, {name: value for name, value in sent.items() if name != "uid"})
            if MARK in body_of(answer):
                problems.append((path, query))

    assert problems == []


# Pages -----------------------------------------------------------------------------------------------------------
def pages_of(made, things):
    """Pages about things of the other application: (address there, the same within the attacker's own)."""
    parts = dict.fromkeys((part for page in screens.served() for part in page.parts), "0" * 24)
    parts |= {**things, "application_id": made.other.id, "database": "countly", "kind": "stacktrace"}
    widgets = [value for name, value in things.items() if name.endswith("widget_id")]
    for page in screens.served():
        if screens.rows()[page.route][0] in ("open", "post"):
            continue
        for widget in widgets if "widget_id" in page.parts else widgets[:1]:
            path = page.path(**{**parts, "widget_id": widget})
            yield page.route, path, path.replace(f"/applications/{made.other.id}", f"/applications/{made.shop.id}")


def test_no_page_shows_things_of_another_application(made, things):
    attacker, owner = Client(raise_request_exception=False), Client(raise_request_exception=False)
    attacker.force_login(made.people["admin"])
    owner.force_login(made.people["global admin"])
    problems, shown = [], set()
    for route, path, within in pages_of(made, things):
        for address in {path, within}:
            answer = attacker.get(address, {"user": things["uid"], "application": made.other.id, "apps": made.other.id})
            if MARK in body_of(answer) or answer.status_code >= 500:
                problems.append((route, address, answer.status_code))
        if MARK in body_of(owner.get(path)):
            shown.add(route)

    assert problems == []
    assert len(shown) > 20


#: Of the one who sends them, whatever they hold.
OWN_FORMS = ("/logout", "/account", "/dashboard", "/user/", "/member/", "/demo", "/admin/")


def test_no_form_changes_things_of_another_application(made, things):
    attacker, owner = Client(raise_request_exception=False), Client(raise_request_exception=False)
    attacker.force_login(made.people["admin"])
    owner.force_login(made.people["global admin"])
    forms = {}
    for _, path, _ in pages_of(made, things):
        for form in forms_in(body_of(owner.get(path)), path):
            if not form.address.startswith(OWN_FORMS):
                fields = {name: value for name, value in form.fields.items() if name != "csrfmiddlewaretoken"}
                forms[form.address, json.dumps(fields, sort_keys=True)] = fields
    before = stored()
    for (address, _), fields in forms.items():
        for place in {address, address.replace(f"/applications/{made.other.id}", f"/applications/{made.shop.id}")}:
            attacker.post(place, fields)
    after = stored()

    theirs = [
        key for key in changed(before, after) if key in before and not is_of(made.shop, made.people["admin"], key)
    ]
    assert theirs == []
    assert new_about(made.other, before, after) == []
    restore(before, after)
    working, tried = 0, list(forms.items())[::3]
    for (address, _), fields in tried:
        owner.post(address, fields)
        after = stored()
        working += changed(before, after) != []
        restore(before, after)
    assert working > len(tried) // 2
