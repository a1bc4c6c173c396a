from apps.plugin_api import states
from tests.traffic import Traffic


def test_browsers_and_versions_are_counted(traffic: Traffic) -> None:
    traffic.count("d1", begin_session=1, metrics={"_browser": "Chrome", "_browser_version": "120.0"})

    assert traffic.read("/o/analytics/metric", metric="browser_version") == [
        {"_id": "[chrome]_120:0", "t": 1, "n": 1, "u": 1}
    ]
    assert traffic.read("/o", method="total_users", metric="browser") == [{"_id": "Chrome", "u": 1}]
    assert {name: traffic.profile()[name] for name in ("brw", "brwv")} == {"brw": "Chrome", "brwv": "[chrome]_120:0"}


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("browser", False)
    traffic.count("d1", begin_session=1, metrics={"_browser": "Chrome"})

    assert traffic.documents("browser") == []
    assert "brw" not in traffic.profile()
