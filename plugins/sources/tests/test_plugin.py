from apps.plugin_api import states
from tests.traffic import Traffic

FOUND = "https://www.google.com/search?q=red+shoes&utm_source=x"


def test_a_search_leads_to_its_term(web_traffic: Traffic) -> None:
    web_traffic.send("d1", begin_session=1, metrics={"_os": "Windows", "_store": FOUND})
    web_traffic.count("d2", begin_session=1, metrics={"_os": "Windows", "_store": "https://example.com/a"})

    assert web_traffic.read("/o/keywords") == [{"_id": "red shoes", "t": 1, "u": 1, "n": 1}]
    assert web_traffic.profile("d1")["src_ch"] == "google"
    tops = web_traffic.read("/o/analytics/tops", metric="sources")
    assert [(row["_id"], row["name"], row["sources"], row["t"], row["percent"]) for row in tops] == [
        ("google&#46;com/search?q=red+shoes", "google.com", "google.com", 1, 50),
        ("example&#46;com/a", "example.com", "example.com", 1, 50),
    ]


def test_channels_are_kept_and_not_counted(traffic: Traffic) -> None:
    traffic.count("d1", begin_session=1, metrics={"_os": "Android"})

    assert traffic.profile("d1")["src_ch"] == "Direct"
    known = [set(document["meta_v2"]) for document in traffic.documents("sources") if "meta_v2" in document]
    assert known == [{"sources"}]


def test_names_of_stores_are_for_everybody(traffic: Traffic) -> None:
    assert traffic.ask("/o/sources", api_key="nobody")[1]["com.android.vending"] == "Google Play"


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("sources", False)
    traffic.count("d1", begin_session=1, metrics={"_os": "Android"})

    assert traffic.documents("sources") == []
    assert "src" not in traffic.profile("d1")
    assert traffic.ask("/o/keywords") == (400, {"result": "Invalid path"})
