import csv
import io

from apps.pipeline.flush import flush_all
from apps.plugin_api import states
from tests.traffic import Traffic


def test_browsers_and_versions_are_counted(traffic: Traffic) -> None:
    traffic.count("d1", begin_session=1, metrics={"_browser": "Chrome", "_browser_version": "120.0"})

    assert traffic.read("/o/analytics/metric", metric="browser_version") == [
        {"_id": "[chrome]_120:0", "t": 1, "n": 1, "u": 1}
    ]
    assert traffic.read("/o", method="total_users", metric="browser") == [{"_id": "Chrome", "u": 1}]
    assert {name: traffic.profile()[name] for name in ("brw", "brwv")} == {"brw": "Chrome", "brwv": "[chrome]_120:0"}


def test_the_same_version_of_two_browsers_stays_two(traffic: Traffic) -> None:
    for device, browser in (("d1", "Chrome"), ("d2", "Chrome Mobile"), ("d3", "Chrome Mobile")):
        traffic.send(device, begin_session=1, metrics={"_browser": browser, "_browser_version": "120.0"})
    flush_all()
    traffic.client.force_login(traffic.owner)

    def versions(**asked: str) -> dict[str, str]:
        address = f"/applications/{traffic.application.id}/technology/browsers"
        file = traffic.client.get(address, {"export": "csv", "table": "versions", **asked}).content.decode("utf-8-sig")
        _, *lines = csv.reader(io.StringIO(file))
        return {name: users for name, _, users, _ in lines}

    assert versions() == {"Chrome Mobile 120.0": "2", "Chrome 120.0": "1"}
    assert versions(browser="Chrome") == {"Chrome 120.0": "1"}
    page = traffic.client.get(f"/applications/{traffic.application.id}/technology/browsers").content.decode()
    assert "browser=Chrome" in page


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("browser", False)
    traffic.count("d1", begin_session=1, metrics={"_browser": "Chrome"})

    assert traffic.documents("browser") == []
    assert "brw" not in traffic.profile()
