from typing import Any

import pytest

from apps.aggregation.extensions import Enrichment
from apps.applications.info import ApplicationInfo
from apps.plugin_api import configuration
from plugins.sources.enrichment import add_source, channel_of, decoded, encoded, search_term, shortened
from plugins.sources.names import shown_source
from tests.aggregation.ledger import APP_ID, request

WEB = ApplicationInfo(id=APP_ID, key="key", type="web")
MOBILE = ApplicationInfo(id=APP_ID, key="key", type="mobile")

pytestmark = pytest.mark.django_db


def told(application: ApplicationInfo, **metrics: Any) -> dict[str, Any]:
    enrichment = Enrichment(add_source, parameters=frozenset({"metrics"}))
    found = enrichment.enrich(request(begin_session=1, metrics=metrics), application)
    return {} if found is None else {name: found["metrics"].get(name) for name in ("_store", "_source_channel")}


@pytest.mark.parametrize(
    ("referrer", "source", "channel"),
    [
        (
            "https://www.google.com/search?q=analytics+tool&utm_source=x",
            "google.com/search?q=analytics+tool",
            "google",
        ),
        ("https://www.example.com/page/?utm_campaign=a&b=1#frag", "example.com/page/?b=1", "example"),
        ("http://duckduckgo.com/", "duckduckgo.com", "duckduckgo"),
        ("https://t.co/abc", "t.co/abc", "t"),
        ("https://www.bbc.co.uk/news/?_ga=1", "bbc.co.uk/news/", "bbc"),
        ("https://search.yahoo.com/search?p=tea&fr=x", "search.yahoo.com/search?p=tea", "yahoo"),
        ("https://r.search.yahoo.com/_ylt=A", "r.search.yahoo.com", "yahoo"),
        ("https://yandex.ru/search/?text=tea&lr=1", "yandex.ru/search/?text=tea", "yandex"),
        ("com.android.vending", "com.android.vending", ""),
        ("http://localhost:8000/", "localhost:8000", ""),
        ("http://[::1", "[::1", ""),
    ],
)
def test_a_referring_page_becomes_a_source(referrer: str, source: str, channel: str) -> None:
    assert shortened(referrer) == source
    assert channel_of(referrer) == channel
    assert told(WEB, _os="Windows", _store=referrer) == {"_store": encoded(source), "_source_channel": channel or None}


def test_without_a_store_the_system_is_the_source() -> None:
    assert told(MOBILE, _os="Android") == {"_store": "Android", "_source_channel": "Direct"}
    assert told(MOBILE, _device="Thing") == {}
    assert told(WEB, _os="Windows", _store="") == {}


def test_sources_are_cut_to_the_limit_of_the_settings() -> None:
    assert told(MOBILE, _os="Android", _store="x" * 120)["_store"] == "x" * 100
    configuration.write("sources", {"sources_length_limit": 5})
    assert told(MOBILE, _os="Android", _store="x" * 120)["_store"] == "xxxxx"
    own = ApplicationInfo(id=APP_ID, key="key", overrides={"sources": {"sources_length_limit": 7}})
    assert told(own, _os="Android", _store="x" * 120)["_store"] == "xxxxxxx"


def test_what_is_stored_can_be_read_back() -> None:
    assert encoded("$odd.store") == "&#36;odd&#46;store"
    assert decoded("&#36;odd&#46;store") == "$odd.store"
    assert search_term("google&#46;com/search?q=analytics+tool") == "analytics tool"
    assert search_term("example&#46;com/?q=tool") == ""


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Android", "Direct"),
        ("com&#46;android&#46;vending", "Google Play"),
        ("example&#46;com/page/?b=1", "example.com"),
        ("partner", "partner"),
    ],
)
def test_sources_have_names(stored: str, shown: str) -> None:
    assert shown_source(stored) == shown
