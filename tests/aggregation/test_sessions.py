import pytest

from apps.aggregation.levels import DAY, HOUR, MONTH, WEEK, YEAR, levels_entered
from apps.aggregation.limits import Limits
from apps.aggregation.sessions import duration_bucket, frequency_bucket
from apps.core.timebuckets import buckets
from tests.aggregation.ledger import NOON, Ledger, request

DAY_S, HOUR_S = 86_400, 3_600


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [
        *((0, 0), (10, 0), (11, 1), (30, 1), (31, 2), (60, 2), (61, 3), (180, 3), (181, 4), (600, 4)),
        *((601, 5), (1800, 5), (1801, 6), (3600, 6), (3601, 7), (86_400, 7)),
    ],
)
def test_duration_buckets(seconds, bucket):
    assert duration_bucket(seconds) == bucket


@pytest.mark.parametrize(
    ("hours", "bucket"),
    [
        *((0, 1), (23.9, 1), (24, 2), (48, 3), (72, 4), (96, 5), (120, 6), (144, 7), (168, 8), (191, 8)),
        *((192, 9), (359, 9), (360, 10), (743, 10), (744, 10), (9000, 10)),
    ],
)
def test_frequency_buckets(hours, bucket):
    assert frequency_bucket(int(hours * HOUR_S)) == bucket


def test_a_session_from_before_the_last_one_has_no_frequency():
    assert frequency_bucket(-1) is None


@pytest.mark.parametrize(
    ("seconds_ago", "levels"),
    [
        (0, 0),
        (-500, 0),
        (1, HOUR),  # noon exactly: a second ago was another hour
        (12 * HOUR_S, HOUR),
        (12 * HOUR_S + 1, HOUR | DAY),  # yesterday, day 70, the last of week 10
        (DAY_S, HOUR | DAY | WEEK),
        (12 * DAY_S, HOUR | DAY | WEEK | MONTH),
        (80 * DAY_S, HOUR | DAY | MONTH | YEAR),  # in an earlier year no week is entered
    ],
)
def test_levels_entered(seconds_ago, levels):
    if seconds_ago == 12 * HOUR_S + 1:
        levels |= WEEK
    assert levels_entered(NOON - seconds_ago, buckets(NOON * 1000, "UTC"), "UTC") == levels


def test_timeline():
    """Cooldown, extension, and a session that was never ended."""
    ledger = Ledger()

    def send(second, **parameters):
        ledger.send(request(at=NOON + second, **parameters))
        profile = ledger.profile()
        return {field: profile.get(field) for field in ("sc", "sd", "tsd", "hos", "lest", "lbst")}

    def ranges():
        paths = ledger.by_month("users", "2025:3")
        return {path: number for path, number in paths.items() if ".ds." in path}

    assert send(0, begin_session=1) == {"sc": 1, "sd": None, "tsd": None, "hos": True, "lest": None, "lbst": NOON}
    assert send(60, session_duration=60) == {
        "sc": 1,
        "sd": 60,
        "tsd": 60,
        "hos": True,
        "lest": None,
        "lbst": NOON,
    }
    assert send(75, end_session=1, session_duration=15) == {
        "sc": 1,
        "sd": 0,
        "tsd": 75,
        "hos": None,
        "lest": NOON + 75,
        "lbst": NOON,
    }
    assert ranges() == {"12.ds.3": 1}
    assert send(80, begin_session=1) == {
        "sc": 1,
        "sd": 0,
        "tsd": 75,
        "hos": True,
        "lest": NOON + 75,
        "lbst": NOON + 80,
    }
    assert send(100, end_session=1, session_duration=20) == {
        "sc": 1,
        "sd": 0,
        "tsd": 95,
        "hos": None,
        "lest": NOON + 100,
        "lbst": NOON + 80,
    }
    assert ranges() == {"12.ds.3": 1, "12.ds.1": 1}
    assert send(200, begin_session=1)["sc"] == 2
    assert send(260, session_duration=60)["sd"] == 60
    assert send(5000, begin_session=1) == {
        "sc": 3,
        "sd": 0,
        "tsd": 155,
        "hos": True,
        "lest": NOON + 100,
        "lbst": NOON + 5000,
    }
    assert ranges() == {"12.ds.3": 1, "12.ds.1": 1, "12.ds.2": 1}
    month, year = ledger.by_month("users", "2025:3"), ledger.by_month("users", "2025:0")
    assert month == {
        "12.t": 3, "12.n": 1, "12.u": 1, "12.e": 7, "12.d": 155,
        "12.12.t": 2, "12.12.n": 1, "12.12.u": 1, "12.12.e": 6, "12.12.d": 155,
        "12.13.t": 1, "12.13.u": 1, "12.13.e": 1,
        "12.Unknown.t": 3, "12.Unknown.n": 1, "12.Unknown.u": 1,
        "12.f.0": 1, "12.f.1": 2, "12.ds.1": 1, "12.ds.2": 1, "12.ds.3": 1,
    }  # fmt: skip
    assert year == {
        "u": 1, "3.u": 1, "w11.u": 1, "Unknown.u": 1, "3.Unknown.u": 1, "w11.Unknown.u": 1,
        "f.0": 1, "3.f.0": 1, "w11.f.0": 1, "f.1": 2, "3.f.1": 2, "w11.f.1": 2,
        "ds.1": 1, "3.ds.1": 1, "w11.ds.1": 1, "ds.2": 1, "3.ds.2": 1, "w11.ds.2": 1,
        "ds.3": 1, "3.ds.3": 1, "w11.ds.3": 1,
    }  # fmt: skip
    assert ledger.known_values("users") == {
        "countries": {"Unknown"},
        "f-ranges": {"0", "1"},
        "d-ranges": {"1", "2", "3"},
    }


@pytest.mark.parametrize(
    ("duration", "seconds", "requests"),
    [
        ("10", 10, 1),
        ("-5", 30, 1),
        ("0", 0, 0),
        ("abc", 0, 0),
        ("12.9", 12, 1),
        ("100000", 86_400, 1),
        ("7x", 7, 1),
        ("", 0, 1),
        ("1e2", 1, 1),
        ("  9 ", 9, 1),
        ("9" * 400, 86_400, 1),
    ],
)
def test_durations(duration, seconds, requests):
    """An unreadable duration is not even counted as a request, an empty one is a request without any."""
    ledger = Ledger()
    ledger.send(request(session_duration=duration))
    paths = ledger.by_month("users", "2025:3")
    assert (paths.get("12.d", 0), paths.get("12.e", 0)) == (seconds, requests)
    assert ledger.profile().get("tsd", 0) == seconds


def test_a_first_session_counts_on_all_levels():
    ledger = Ledger()
    ledger.send(request(begin_session=1, country_code="DE"))
    assert ledger.by_month("users", "2025:3") == {
        "12.t": 1, "12.e": 1, "12.n": 1, "12.u": 1, "12.12.t": 1, "12.12.e": 1, "12.12.n": 1, "12.12.u": 1,
        "12.DE.t": 1, "12.DE.n": 1, "12.DE.u": 1, "12.f.0": 1,
    }  # fmt: skip


def test_who_returns_counts_on_the_levels_entered():
    """The example of the data model: last seen three days earlier, same country."""
    ledger = Ledger()
    ledger.send(request(at=NOON - 3 * DAY_S, begin_session=1, country_code="DE"))
    before = ledger.by_month("users", "2025:0"), ledger.by_month("users", "2025:3")
    ledger.send(request(at=NOON, begin_session=1, country_code="DE", ignore_cooldown=1))
    year, month = ledger.by_month("users", "2025:0"), ledger.by_month("users", "2025:3")
    assert {path: year[path] for path in year if year[path] != before[0].get(path)} == {
        "w11.u": 1, "w11.DE.u": 1, "f.4": 1, "3.f.4": 1, "w11.f.4": 1,
        "ds.0": 1, "3.ds.0": 1, "w11.ds.0": 1,
    }  # fmt: skip
    assert {path: month[path] for path in month if path not in before[1]} == {
        "12.t": 1, "12.e": 1, "12.u": 1, "12.12.t": 1, "12.12.e": 1, "12.12.u": 1,
        "12.DE.t": 1, "12.DE.u": 1, "12.f.4": 1, "12.ds.0": 1,
    }  # fmt: skip


def test_who_comes_from_another_country_is_unique_there():
    ledger = Ledger()
    ledger.send_one_by_one(
        request(at=NOON, begin_session=1, country_code="DE"),
        request(at=NOON + 60, begin_session=1, country_code="FR"),
    )
    year = ledger.by_month("users", "2025:0")
    assert {path: number for path, number in year.items() if "FR" in path} == {
        "FR.u": 1,
        "3.FR.u": 1,
        "w11.FR.u": 1,
    }
    assert ledger.inserts["metric_changes65f0a1b2c3d4e5f601234567"][0]["cc"] == {"o": "DE", "n": "FR"}


def test_sessions_out_of_order_keep_the_latest_start():
    ledger = Ledger()
    ledger.send_one_by_one(
        request(at=NOON, begin_session=1), request(at=NOON - DAY_S, begin_session=1, ignore_cooldown=1)
    )
    profile = ledger.profile()
    assert (profile["sc"], profile["fs"], profile["ls"], profile["lac"]) == (2, NOON, NOON, NOON)
    assert ledger.by_month("users", "2025:3")["11.t"] == 1
    assert "11.f.1" not in ledger.by_month("users", "2025:3")


def test_the_duration_of_a_new_session_belongs_to_the_lost_one_it_ends():
    ledger = Ledger()
    ledger.send_one_by_one(
        request(at=NOON, begin_session=1),
        request(at=NOON + 60, session_duration=45),
        request(at=NOON + 600, begin_session=1, session_duration=200),
        request(at=NOON + 700, session_duration=10, end_session=1),
    )
    ranges = {path: n for path, n in ledger.by_month("users", "2025:3").items() if ".ds." in path}
    assert ranges == {"12.ds.4": 1, "12.ds.0": 1}
    assert (ledger.profile()["tsd"], ledger.profile()["sd"]) == (255, 0)


def test_begin_and_end_in_one_request_leave_the_session_open():
    ledger = Ledger()
    ledger.send(request(begin_session=1, end_session=1, session_duration=10))
    profile = ledger.profile()
    assert (profile["hos"], profile["sd"], profile.get("lest")) == (True, 10, None)


def test_the_cooldown_can_be_ignored_and_set():
    for limits, parameters, sessions in (
        (Limits(), {}, 1),
        (Limits(), {"ignore_cooldown": 1}, 2),
        (Limits(session_cooldown_seconds=0), {}, 2),
    ):
        ledger = Ledger(limits=limits)
        ledger.send_one_by_one(
            request(at=NOON, begin_session=1),
            request(at=NOON + 5, end_session=1),
            request(at=NOON + 10, begin_session=1, **parameters),
        )
        assert ledger.profile()["sc"] == sessions


def test_events_of_the_request_that_ends_a_session_belong_to_it():
    ledger = Ledger()
    ledger.send_one_by_one(
        request(at=NOON, begin_session=1, events=[{"key": "a"}, {"key": "b"}]),
        request(at=NOON + 30, end_session=1, events=[{"key": "a"}]),
    )
    assert ledger.profile()["data"] == {}
    ledger.send(request(at=NOON + 600, begin_session=1, events=[{"key": "a"}]))
    assert ledger.profile()["data"] == {"events": 1}


def test_the_session_id_names_request_user_and_time():
    ledger = Ledger()
    begin = request(at=NOON, begin_session=1)
    ledger.send(begin)
    assert ledger.profile()["lsid"] == f"{begin.hash}_1_{NOON * 1000}"
