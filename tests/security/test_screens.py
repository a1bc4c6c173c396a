"""Every page: who may open it, what scripts in stored names become, what a form without its token does."""

from functools import cache

import pytest
from django.test import Client

from apps.tasks import tasks
from tests.security import offered
from tests.security.people import world
from tests.security.screens import Page, of_admin, rows, served
from tests.security.stains import inline_in, mark, populate, scripts_in, seen, stain, values

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)


def browser(member, **more):
    client = Client(raise_request_exception=False, **more)
    if member is not None:
        client.force_login(member)
    return client


def test_every_page_has_its_row():
    found, written = {page.route for page in served()}, set(rows())

    assert (found - written, written - found) == (set(), set())


def test_screens_ask_what_their_rows_say():
    for page in served():
        if page.screen is not None and rows()[page.route][0] == "reader":
            right = {"r": "reader", "c": "creator", "u": "updater", "d": "deleter"}[page.screen.letter]
            assert (right, page.screen.feature) == rows()[page.route][:2], page.route


def may(rule, who):
    kind = rule[0]
    if kind == "open":
        return True
    if who in ("nobody", "locked"):
        return False
    if kind == "members" or who == "global admin":
        return True
    if kind == "global_admin":
        return False
    if kind == "data":  # what is shown there, tests of the database viewer say
        return who != "outsider"
    if kind in ("admin", "creator", "updater"):
        return who == "admin"
    if kind == "administrators":
        return who in ("admin", "admin of another")
    if kind == "some":
        return who in ("reader", "admin")
    return who in ("reader", "admin", "one feature")


def is_refused(answer):
    return answer.status_code in (401, 403, 404) or (
        answer.status_code == 302 and answer["Location"].startswith("/login")
    )


def test_each_may_open_what_the_row_says_and_nothing_else():
    made = world()
    parts = values(made)
    browsers = {who: browser(made.people.get(who)) for who in ("nobody", *made.people)}
    with_right = cache(lambda letter, feature: browser(made.with_right(letter, feature)))
    problems = []
    for page in served():
        rule = rows()[page.route]
        if rule[0] in ("open", "post"):
            continue
        path = page.path(**parts)
        asked = dict(browsers)
        if rule[0] == "reader":
            asked["one feature"] = with_right("r", rule[1])
            asked["another feature"] = with_right("r", "nothing")
            asked["may write only"] = with_right("c", rule[1])
        for who, client in asked.items():
            if path.startswith("/database/") and who == "admin of another":
                continue  # its collection is none of theirs: tests of the database viewer
            answer = client.get(path)
            allowed = may(rule, who) and rule[-1] != "object"
            if answer.status_code >= 500 or is_refused(answer) == allowed:
                problems.append(f"{page.route} by {who}: {answer.status_code}")

    assert problems == []


def shown(page: Page, client, parts, query):
    return client.get(page.path(**parts), query)


def test_scripts_in_stored_names_are_text_on_every_page():
    made = world()
    parts = populate(made)
    client = browser(made.people["global admin"])
    texts, policies = {}, {}
    for page in served():
        if rows()[page.route][0] != "post":
            answer = shown(page, client, parts, {"period": "30days"} if page.screen else {})
            if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
                texts[page.route] = answer.content.decode()
                policies[page.route] = answer.headers.get("Content-Security-Policy", "")
    for route in of_admin():
        if "<" not in route and "(" not in route and "logout" not in route:
            answer = client.get(route)
            texts[route] = answer.content.decode()
            if answer.headers["Content-Type"].startswith("text/html"):
                policies[route] = answer.headers.get("Content-Security-Policy", "")

    assert {route: found for route, text in texts.items() if (found := scripts_in(text))} == {}
    # And should one get through: browsers run nothing but files of this server, and no page has anything else to run.
    loose = offered.names("PAGES_WITH_STYLES")  # of others, shown in a frame: their policy allows no script at all
    assert {route: policy for route, policy in policies.items() if not is_strict(policy) and route not in loose} == {}
    assert {route: found for route, text in texts.items() if route not in loose and (found := inline_in(text))} == {}
    everything = "\n".join(texts.values())
    assert [name for name in seen() if mark(name) not in everything] == []


def is_strict(policy: str) -> bool:
    directives = {name: set(values) for name, *values in (one.split() for one in policy.split(";") if one.strip())}
    allowed = {"'self'", "'none'", "data:"}
    scripts = directives.get("script-src", directives.get("default-src", {"*"}))
    styles = directives.get("style-src", directives.get("default-src", {"*"}))
    both = {value for value in scripts | styles if not value.startswith("'nonce-")}
    return (
        both <= allowed - {"data:"} and "frame-ancestors" in directives and directives.get("object-src") == {"'none'"}
    )


REFLECTED = (
    "period", "compare", "search", "page", "sort", "table", "event", "metric", "tab", "q", "filter", "query", "user",
    "action", "log", "message", "next", "application", "level", "type", "chart", "segment", "apps", "events", "from",
    "to", "count", "unit", "sSearch", "projection", "export", "status", "name", "id", "different",
)  # fmt: skip


def test_scripts_in_addresses_are_text_on_every_page():
    made = world()
    parts = populate(made)
    owner, nobody = browser(made.people["global admin"]), browser(None)
    query = dict.fromkeys((name for name in REFLECTED if name != "export"), stain("sent"))
    problems = []
    for page in served():
        kind = rows()[page.route][0]
        if kind == "post":
            continue
        answer = shown(page, nobody if kind == "open" else owner, parts, query)
        if answer.status_code >= 500:
            problems.append((page.route, answer.status_code))
        elif not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
            problems += [(page.route, found) for found in scripts_in(answer.content.decode())]

    assert problems == []


def test_no_browser_writes_without_the_token_of_the_form():
    made = world()
    pages = served()
    parts = dict.fromkeys((part for page in pages for part in page.parts), "0" * 24)
    parts |= {"application_id": made.shop.id, "database": "countly", "collection": "members"}
    client = browser(made.people["global admin"], enforce_csrf_checks=True)
    member = f"/admin/accounts/member/{made.people['reader'].pk}"
    paths = [page.path(**parts) for page in pages]
    paths += ["/admin/accounts/member/", "/admin/accounts/member/add/", f"{member}/change/", f"{member}/delete/"]
    paths += ["/admin/applications/application/", f"/admin/applications/application/{made.shop.id}/delete/"]
    signed = offered.names("SIGNED_PAGES")  # what their address holds allows it, and no cookie
    answers = {path: client.post(path, {"action": "delete"}) for path in paths if path not in signed}

    assert {
        path: answer.status_code for path, answer in answers.items() if answer.status_code != 403 and path != "/login"
    } == {}
    assert answers["/login"]["Location"].startswith("/login?message=login.token-expired")


def test_sessions_open_nothing_of_the_api():
    """So no other site can make a browser call it: what carries no token of forms carries no credentials either."""
    made = world()
    client = browser(made.people["global admin"])

    for path in ("/o/users/me", "/o/apps/all", "/i/users/delete", "/i/apps/create"):
        answer = client.post(path, {"app_id": made.shop.id})
        assert answer.json() == {"result": 'Missing parameter "api_key" or "auth_token"'}, path
