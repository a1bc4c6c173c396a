from apps.plugin_api import states
from tests.traffic import Traffic


def test_languages_are_counted(traffic: Traffic) -> None:
    traffic.count("d1", begin_session=1, metrics={"_locale": "de_AT"})

    assert traffic.read("/o/analytics/tops", metric="langs") == [
        {"_id": "de", "t": 1, "value": 1, "name": "German", "percent": 100}
    ]
    assert traffic.profile()["la"] == "de"


def test_languages_are_named_for_everybody(traffic: Traffic) -> None:
    names = traffic.ask("/o/langmap", api_key="nobody")[1]
    assert names["de"] == {"englishName": "German", "nativeName": "Deutsch"}
    assert names["zh_hans"] == {"englishName": "Simplified Chinese (China)", "nativeName": "中文(简体)"}


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("locale", False)
    traffic.count("d1", begin_session=1, metrics={"_locale": "de_AT"})

    assert traffic.documents("langs") == []
    assert "la" not in traffic.profile()
    assert traffic.ask("/o/langmap") == (400, {"result": "Invalid path"})
