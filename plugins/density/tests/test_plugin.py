import csv
import io

from apps.applications import data
from apps.plugin_api import states
from tests.traffic import Traffic


def send_sessions(traffic: Traffic) -> None:
    traffic.send("d1", begin_session=1, metrics={"_os": "Android", "_density": "420"})
    traffic.send("d2", begin_session=1, metrics={"_os": "iOS", "_density": "@3x"})
    traffic.count("d3", begin_session=1, metrics={"_os": "Android", "_density": "420"})


def test_densities_are_counted_with_sessions(traffic: Traffic) -> None:
    send_sessions(traffic)

    rows = traffic.read("/o/analytics/metric", metric="density", period="30days")
    assert sorted(rows, key=lambda row: row["_id"]) == [
        {"_id": "a420:00", "t": 2, "n": 2, "u": 2},
        {"_id": "i@3x", "t": 1, "n": 1, "u": 1},
    ]
    assert traffic.profile("d2")["dnst"] == "i@3x"


def test_off_means_silent(traffic: Traffic) -> None:
    states.switch("density", False)
    send_sessions(traffic)

    assert traffic.documents("density") == []
    assert "dnst" not in traffic.profile("d1")
    assert traffic.ask("/o", method="density") == (400, {"result": "Invalid method"})
    assert traffic.read("/o/analytics/metric", metric="density", period="30days") == []


def test_densities_go_with_the_data_of_the_application(traffic: Traffic) -> None:
    send_sessions(traffic)
    assert traffic.documents("density") != []
    data.clear(traffic.application.id)
    assert traffic.documents("density") == []


def test_densities_are_told_by_platform_too(traffic: Traffic) -> None:
    send_sessions(traffic)
    traffic.count("d4", begin_session=1, metrics={"_os": "iOS", "_density": "420"})
    traffic.client.force_login(traffic.owner)

    def users(table: str) -> dict[str, str]:
        address = f"/applications/{traffic.application.id}/technology/densities"
        file = traffic.client.get(address, {"export": "csv", "table": table}).content.decode("utf-8-sig")
        _, *lines = csv.reader(io.StringIO(file))
        return {name: users for name, _, users, _ in lines}

    assert users("table") == {"420.00": "3", "'@3x": "1"}  # no formula
    assert users("platforms") == {"Android 420.00": "2", "iOS @3x": "1", "iOS 420.00": "1"}
