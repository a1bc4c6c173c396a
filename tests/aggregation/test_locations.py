import pytest

from apps.aggregation.limits import Limits
from apps.aggregation.locations import NOWHERE, Place, coordinates_of, counted_country
from tests.aggregation.ledger import NOON, Ledger, request


class Atlas:
    """A world of two places."""

    def by_coordinates(self, latitude, longitude):
        return Place("FR", "", "Paris") if longitude < 10 else Place("DE", "", "Berlin")

    def by_address(self, ip_address):
        return Place("US", "MA", "Boston", 42.36, -71.06) if ip_address == "198.51.100.7" else NOWHERE


def sent(*steps, limits=None):
    ledger = Ledger(limits=limits, locate=Atlas())
    ledger.send_one_by_one(*(request(at=NOON + n * 60, **step) for n, step in enumerate(steps)))
    profile = ledger.profile()
    return {field: profile.get(field) for field in ("cc", "rgn", "cty", "loc")}


def gps(latitude, longitude, minute=0):
    return {
        "gps": True,
        "geo": {"type": "Point", "coordinates": [longitude, latitude]},
        "date": float((NOON + minute * 60) * 1000),
    }


BY_ADDRESS = {
    "gps": False,
    "geo": {"type": "Point", "coordinates": [-71.06, 42.36]},
    "date": float(NOON * 1000),
}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"country_code": "DE", "city": "Berlin"}, ("DE", "Unknown", "Berlin", None)),
        ({"country_code": "DE", "city": "Hamburg", "region": "HH"}, ("DE", "HH", "Hamburg", None)),
        ({"location": "52.52,13.405"}, ("DE", "Unknown", "Berlin", gps(52.52, 13.405))),
        ({"location": "52.52,13.405", "city": "Potsdam"}, ("DE", "Unknown", "Potsdam", gps(52.52, 13.405))),
        ({"location": ""}, ("Unknown", "Unknown", "Unknown", None)),
        ({"location": "", "country_code": "DE"}, ("Unknown", "Unknown", "Unknown", None)),
        ({"location": "not,numbers"}, ("Unknown", "Unknown", "Unknown", None)),
        ({"ip_address": "198.51.100.7"}, ("US", "MA", "Boston", BY_ADDRESS)),
        ({"ip_address": "198.51.100.7", "country_code": "CA"}, ("CA", "MA", "Boston", BY_ADDRESS)),
        ({}, ("Unknown", "Unknown", "Unknown", None)),
    ],
)
def test_a_session_start_finds_the_place(parameters, expected):
    assert tuple(sent({"begin_session": 1, **parameters}).values()) == expected


def test_between_sessions_coordinates_fill_only_what_is_missing():
    told = {"begin_session": 1, "country_code": "DE", "city": "Hamburg"}
    assert sent(told, {"location": "48.85,2.35"}) == {
        "cc": "DE",
        "rgn": "Unknown",
        "cty": "Hamburg",
        "loc": gps(48.85, 2.35, minute=1),
    }
    assert sent({"begin_session": 1}, {"location": "48.85,2.35"})["cty"] == "Paris"


def test_a_place_by_name_is_taken_at_any_time():
    assert sent({"begin_session": 1, "country_code": "DE"}, {"country_code": "AT", "city": "Wien"}) == {
        "cc": "AT",
        "rgn": "Unknown",
        "cty": "Wien",
        "loc": None,
    }


def test_opting_out_removes_the_position():
    assert sent({"location": "52.52,13.405"}, {"begin_session": 1, "location": ""}) == {
        "cc": "Unknown",
        "rgn": "Unknown",
        "cty": "Unknown",
        "loc": None,
    }


def test_a_fresh_position_by_satellite_is_not_replaced_by_one_of_the_address():
    later = {"begin_session": 1, "ip_address": "198.51.100.7"}
    assert sent({"location": "52.52,13.405"}, later)["loc"] == gps(52.52, 13.405)
    eleven_minutes = [{"location": "52.52,13.405"}, *({"session_duration": 1} for _ in range(10)), later]
    assert sent(*eleven_minutes)["loc"]["gps"] is False


@pytest.mark.parametrize(
    ("limits", "place"),
    [
        (Limits(country_data=False), ("Unknown", "Unknown")),
        (Limits(city_data=False), ("DE", "Unknown")),
    ],
)
def test_places_are_not_kept_where_that_is_switched_off(limits, place):
    found = sent({"begin_session": 1, "country_code": "DE", "city": "Berlin"}, limits=limits)
    assert (found["cc"], found["cty"]) == place


def test_cities_are_counted_in_the_applications_own_country():
    ledger = Ledger()
    ledger.send(
        request("d1", begin_session=1, country_code="DE", city="St. Peter"),
        request("d2", begin_session=1, country_code="FR", city="Paris"),
        request("d3", begin_session=1, country_code="DE"),
    )
    assert ledger.by_month("cities", "2025:3") == {
        "12.St: Peter.t": 1, "12.St: Peter.n": 1, "12.St: Peter.u": 1,
        "12.Unknown.t": 1, "12.Unknown.n": 1, "12.Unknown.u": 1,
    }  # fmt: skip
    assert ledger.profile("d1")["cty"] == "St. Peter"


@pytest.mark.parametrize(
    ("stored", "counted"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("Unknown", "Unknown"),
        ("t", "Unknown"),
        ("12", "Unknown"),
        ("w11", "Unknown"),
        ("vc", "VC"),
        ("$US", "US"),
        ("a.b.c", "a:b:c"),
        ("", "Unknown"),
    ],
)
def test_countries_are_kept_apart_from_other_counters(stored, counted):
    assert counted_country(stored) == counted


@pytest.mark.parametrize(
    ("location", "coordinates"),
    [
        ("52.52,13.405", (52.52, 13.405)),
        (" -1 , 2 ", (-1.0, 2.0)),
        ("91,0", None),
        ("0,181", None),
        ("nan,0", None),
        ("1", None),
        ("1,2,3", None),
        ("", None),
        (5, None),
        (["1,2"], None),
    ],
)
def test_coordinates(location, coordinates):
    assert coordinates_of(location) == coordinates
