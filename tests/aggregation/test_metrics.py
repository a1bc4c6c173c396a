from dataclasses import replace

import pytest

from apps.aggregation import carriers
from apps.aggregation.app_versions import version_parts
from apps.aggregation.extensions import PLAIN
from apps.aggregation.limits import Limits
from apps.aggregation.metrics import BUILT_IN, Metric, table_of
from apps.core.keys import postfix
from tests.aggregation.ledger import APP_ID, NOON, Ledger, json_request, request

DAY_S = 86_400


def fields(metrics):
    read = PLAIN.metrics.read(metrics)
    return {metric.field: value for metric, value, _ in read.values}


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        (
            {"_os": "Android", "_os_version": "14", "_device": "Pixel 8", "_app_version": "2.1", "_carrier": "26202"},
            {"p": "Android", "pv": "a14", "d": "Pixel 8", "av": "2:1", "c": "Vodafone"},
        ),
        (
            {"_os": "iOS", "_os_version": "17.2.1", "_device": "iPad14,3", "_carrier": "orange france"},
            {"p": "iOS", "pv": "i17:2:1", "d": "iPad14,3", "dt": "tablet", "mnf": "Apple", "c": "Orange France"},
        ),
        (
            {"_os": "MyOS [x]", "_os_version": "0.9", "_carrier": "--", "_has_hinge": "true", "_manufacturer": "A.B"},
            {"p": "MyOS x", "pv": "[MyOS x]0:9", "c": "--", "hh": "hinged", "mnf": "A:B"},
        ),
        (
            {"_os": "watchOS", "_os_version": "10.1", "_device": "Watch6,1"},
            {"p": "watchOS", "pv": "wos10:1", "d": "Watch6,1", "dt": "wearable", "mnf": "Apple", "c": "Unknown"},
        ),
        ({"_os": "Android", "_os_version": "a14"}, {"p": "Android", "pv": "a14", "c": "Unknown"}),
        ({"_os_version": "9"}, {"pv": "9", "c": "Unknown"}),
        ({"_resolution": "$2880x1920", "_has_hinge": "false"}, {"r": "2880x1920", "hh": "not_hinged", "c": "Unknown"}),
        ({"_device_type": "desktop", "_has_hinge": True}, {"dt": "desktop", "hh": "hinged", "c": "Unknown"}),
        ({"_device": "", "_os": None, "_app_version": 0, "_unlisted": "x"}, {"c": "Unknown"}),
        ({"_app_version": 3, "_device": 12.5}, {"av": "3:0", "d": "12:5", "c": "Unknown"}),
        ({"_device": {"a": 1}, "_os": ["iOS"]}, {"d": "[object Object]", "p": "iOS", "mnf": "Apple", "c": "Unknown"}),
        ({"_device": "x" * 1000}, {"d": "x" * 256, "c": "Unknown"}),
    ],
)
def test_values(metrics, expected):
    assert fields(metrics) == expected


@pytest.mark.parametrize("parameter", ["{broken", "[1]", "5", "null", "", 5, None, ["a"]])
def test_what_is_no_object_tells_nothing(parameter):
    assert PLAIN.metrics.read(parameter) is None


@pytest.mark.parametrize(
    ("version", "parts"),
    [
        ("3.0", [3, 0, 0, [], []]),
        ("2.1", [2, 1, 0, [], []]),
        ("v1.2.3", [1, 2, 3, [], []]),
        ("2.1.0-beta.1+77", [2, 1, 0, ["beta", 1], ["77"]]),
        ("weird version", [None, None, None, None, None]),
        ("1.2.3.4", [None, None, None, None, None]),
        ("99999999999.0", [99999999999.0, 0, 0, [], []]),
    ],
)
def test_version_parts(version, parts):
    assert list(version_parts(version).values()) == parts


def test_a_first_session_counts_each_value_as_new():
    ledger = Ledger()
    ledger.send(request(begin_session=1, metrics={"_os": "iOS", "_os_version": "17.2", "_app_version": "3"}))
    assert ledger.counted("device_details") == {
        "2025:3_G": {"12.iOS.t": 1, "12.iOS.n": 1, "12.iOS.u": 1},
        "2025:0_G": {"iOS.u": 1, "3.iOS.u": 1, "w11.iOS.u": 1},
        "2025:3_V": {"12.i17:2.t": 1, "12.i17:2.n": 1, "12.i17:2.u": 1},
        "2025:0_V": {"i17:2.u": 1, "3.i17:2.u": 1, "w11.i17:2.u": 1},
        "2025:3_l": {"12.3:0.t": 1, "12.3:0.n": 1, "12.3:0.u": 1},
        "2025:0_l": {"3:0.u": 1, "3.3:0.u": 1, "w11.3:0.u": 1},
    }
    assert ledger.known_values("device_details") == {
        "os": {"iOS"},
        "os_versions": {"i17:2"},
        "app_versions": {"3:0"},
    }
    assert ledger.fields["device_details", f"{APP_ID}_2025:0_G"] == {"m": "2025:0", "a": APP_ID, "meta_v2.os.iOS": True}
    assert ledger.fields["device_details", f"{APP_ID}_2025:3_G"] == {"m": "2025:3", "a": APP_ID}


def test_a_changed_value_counts_as_unique_at_once_and_is_recorded():
    ledger = Ledger()
    ledger.send_one_by_one(
        request(at=NOON, begin_session=1, metrics={"_app_version": "1.0", "_device": "P"}),
        request(at=NOON + 60, begin_session=1, metrics={"_app_version": "1.1", "_device": "P", "_os": "Android"}),
    )
    assert ledger.by_month("device_details", "2025:3") == {
        "12.1:0.t": 1, "12.1:0.n": 1, "12.1:0.u": 1,
        "12.1:1.t": 1, "12.1:1.u": 1,
        "12.Android.t": 1, "12.Android.u": 1,
    }  # fmt: skip
    assert ledger.by_month("devices", "2025:3") == {"12.P.t": 2, "12.P.n": 1, "12.P.u": 1}
    (change,) = ledger.inserts[f"metric_changes{APP_ID}"]
    assert {key: value for key, value in change.items() if key != "cd"} == {
        "uid": "1",
        "ts": NOON + 60,
        "av": {"o": "1:0", "n": "1:1"},
        "p": {"n": "Android"},
    }


def test_changes_are_not_recorded_when_switched_off():
    ledger = Ledger(limits=Limits(metric_changes=False))
    ledger.send_one_by_one(
        request(at=NOON, begin_session=1, metrics={"_device": "P"}),
        request(at=NOON + 60, begin_session=1, metrics={"_device": "Q"}),
    )
    assert ledger.inserts == {}


def test_without_a_session_metrics_are_kept_but_not_counted():
    ledger = Ledger()
    ledger.send(request(metrics={"_app_version": "2.1.0-beta.1+77"}))
    profile = ledger.profile()
    assert {field: profile[field] for field in profile if field.startswith("av") or field == "c"} == {
        "av": "2:1:0-beta:1+77",
        "av_major": 2,
        "av_minor": 1,
        "av_patch": 0,
        "av_prerel": ["beta", 1],
        "av_build": ["77"],
        "c": "Unknown",
    }
    assert ledger.counted("device_details") == {}


def test_an_extended_session_counts_no_metrics():
    ledger = Ledger()
    ledger.send_one_by_one(
        request(at=NOON, begin_session=1, metrics={"_device": "P"}),
        request(at=NOON + 5, end_session=1),
        request(at=NOON + 10, begin_session=1, metrics={"_device": "Q"}),
    )
    assert ledger.by_month("devices", "2025:3") == {"12.P.t": 1, "12.P.n": 1, "12.P.u": 1}
    assert ledger.profile()["d"] == "Q"


def test_values_beyond_the_limit_are_not_counted_and_said_so():
    ledger = Ledger(limits=Limits(metric_values=1))
    # All three devices share a shard document: with one list per document, the limit is reached within it.
    same_shard = [name for name in (f"device {n}" for n in range(400)) if postfix(name) == "A"][:3]
    for number, device in enumerate(same_shard):
        ledger.send(request(f"d{number}", begin_session=1, metrics={"_device": device}))
    ledger.send(request("d9", begin_session=1, metrics={"_device": same_shard[0]}))
    assert ledger.known_values("devices") == {"devices": {same_shard[0]}}
    assert ledger.by_month("devices", "2025:3")[f"12.{same_shard[0]}.t"] == 2
    assert ledger.dropped == {"Metric value beyond the limit of values": 2}


def test_a_value_that_looks_like_a_day_is_counted_with_a_prefix():
    ledger = Ledger()
    ledger.send(json_request({"begin_session": 1, "timestamp": NOON, "metrics": {"_device": "7"}}))
    assert ledger.by_month("devices", "2025:3") == {"12.[CLY]7.t": 1, "12.[CLY]7.n": 1, "12.[CLY]7.u": 1}
    assert ledger.profile()["d"] == "7"


def test_lists_are_written_once():
    ledger = Ledger()
    ledger.send(request("d1", begin_session=1, metrics={"_device": "P"}))
    outcome = ledger.send(request("d1", at=NOON + 60, begin_session=1, metrics={"_device": "P"}))
    assert list(outcome.writes.updates()["devices"]) == [f"{APP_ID}_2025:3_R"]
    assert outcome.learned_values == {}


def test_a_further_metric_is_kept_and_counted():
    density = Metric("dnst", "density", "density", lambda raw: str(raw.get("_density", "")))
    ledger = Ledger(extensions=replace(PLAIN, metrics=table_of((*BUILT_IN, density))))
    ledger.send(request(begin_session=1, metrics={"_density": "420.5"}))
    assert ledger.profile()["dnst"] == "420:5"
    assert ledger.by_month("density", "2025:3") == {"12.420:5.t": 1, "12.420:5.n": 1, "12.420:5.u": 1}


@pytest.mark.parametrize("written", ["AT&T", "T-Mobile", "NTT docomo", "Vodafone", "KPN", "Carrier nobody knows"])
def test_people_read_carriers_as_these_write_themselves(written):
    stored = carriers.carrier_name(written.upper())
    assert carriers.as_written(stored) == (written if "nobody" not in written else stored)
