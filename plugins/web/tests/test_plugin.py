from apps.applications import places
from apps.plugin_api import states
from tests.traffic import Traffic

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)


def test_a_browser_tells_of_itself(web_traffic: Traffic) -> None:
    web_traffic.count("d1", begin_session=1, user_agent=CHROME)

    profile = web_traffic.profile()
    assert {name: profile.get(name) for name in ("p", "pv", "dt", "brw")} == {
        "p": "Windows",
        "pv": "mw10",
        "dt": "desktop",
        "brw": "Chrome",
    }


def test_off_means_silent(web_traffic: Traffic) -> None:
    states.switch("web", False)
    web_traffic.count("d1", begin_session=1, user_agent=CHROME)

    assert "p" not in web_traffic.profile()
    assert "web" not in places.types()
