"""Every visible text is translatable: pages in a language that brackets what was translated show nothing without."""

import re
from zoneinfo import available_timezones

import pytest
from babel import Locale
from django.test import Client

from apps.core import mongo
from apps.shell import figures
from apps.tasks import tasks
from tests.security import offered
from tests.security.people import world
from tests.security.screens import of_admin, rows, served
from tests.security.stains import populate
from tests.shell.visible_text import mark_translations, unmarked

pytestmark = pytest.mark.django_db

#: Names of products and formats, addresses, and what people type as it stands.
NAMES = """
    Tally Web Windows Phone macOS Linux tvOS watchOS Android iOS Huawei Flutter curl HTML Node.js UTC CSV JSON Excel PNG
    English Deutsch countly countly_out countly_fs countly_drill members apps views session metrics events logs mobile
    API testserver DE TR
"""
#: What the protocol and the test call something, and examples in fields.
NOT_OURS = re.compile(
    r"""
    stain | @example\.com | 6b07 | [0-9a-f]{24} | ^\{ | ^https?:// | ^\#[0-9A-Fa-f]+$ | ^DE,\ FR$ | ^14days$ | ^\^/
    | ^(Other|Shop|reader|admin|locked|outsider|global[ -]admin|admin[ -]of[ -]another|quiet|Quiet)$
    | ^(React\ Native|default|automatic|\(Ctrl\ K\))$
    | ^[a-z_]+(:[A-Za-z_]+|\.[a-z_]+)$ | ^[a-z]+_[a-z_]+(\(\w+\))?$ | ^[a-z-]+\.(files|chunks)$ | ^_?[a-z]*_-?1?$
    | ^(\d{1,2}\ )?[A-Z][a-z]{2}(\ \d{4}.*)?$ | ^\d{4}-\d\d-\d\d | ^·\ [A-Z]\w+/\w+$ | \(Etc/GMT\)$
    """,
    re.X,
)


DJANGOS = {"Search"}  # an `alt` of its admin that it never translates


def is_name(text: str) -> bool:
    parts = [part for part in re.split(r"[\s·,]+", text) if part]
    return all(part in NAMES.split() for part in parts) or text in PLACES or bool(NOT_OURS.search(text))


PLACES = available_timezones() | set(Locale("en").territories.values())


@pytest.fixture
def _forgets_words():
    yield
    figures._words.cache_clear()


@pytest.mark.usefixtures("_forgets_words")
def test_visible_text_is_translatable(monkeypatch):
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)
    made = world()
    parts = populate(made)
    client = Client()
    client.force_login(made.people["global admin"])
    figures._words.cache_clear()
    mark_translations(monkeypatch)
    not_ours = DJANGOS | set(mongo.database().list_collection_names()) | set(offered.names("NAMES"))
    found = {}
    pages = [
        (page.path(**parts), {"period": "30days"} if page.screen else {})
        for page in served()
        if rows()[page.route][0] != "post"
    ]
    pages += [(route, {}) for route in of_admin() if "<" not in route and "(" not in route and "logout" not in route]
    for path, query in pages:
        answer = client.get(path, query)
        if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
            texts = [text for text in unmarked(answer.content.decode()) if not is_name(text)]
            found |= {text: path for text in texts if text not in not_ours}
    assert "\n".join(f"{path}: {text}" for text, path in found.items()) == ""
