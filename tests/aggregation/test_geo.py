import pytest

from apps.aggregation.geo import GeoLocator, _completed, _place, locator
from apps.aggregation.locations import NOWHERE, Place


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "city"),
    [
        (52.52, 13.405, "DE", "Berlin"),
        (52.39, 13.06, "DE", "Potsdam"),
        (48.8566, 2.3522, "FR", "Paris"),
        (40.7128, -74.006, "US", "New York City"),
        (51.5074, -0.1278, "GB", "London"),
        (41.0082, 28.9784, "TR", "Istanbul"),
        (-17.7, -179.9, "FJ", "Nasinu"),  # across the date line
        (0.0, -30.0, "", ""),  # the middle of the Atlantic
        (90.0, 0.0, "", ""),
        (-90.0, 180.0, "", ""),
    ],
)
def test_the_city_at_coordinates(latitude, longitude, country, city):
    place = GeoLocator([]).by_coordinates(latitude, longitude)
    assert (place.country, place.city) == (country, city)


@pytest.mark.parametrize("address", ["", "127.0.0.1", "10.0.0.1", "::1", "nonsense", "8.8.8.8", "x" * 10_000])
def test_without_databases_no_address_is_known(address, tmp_path):
    damaged = tmp_path / "damaged.mmdb"
    damaged.write_bytes(b"no database")
    assert GeoLocator([tmp_path / "missing.mmdb", damaged]).by_address(address) == NOWHERE


@pytest.mark.parametrize(
    ("record", "place"),
    [
        ({"country_code": "DE"}, Place("DE")),
        (
            {"city": "Berlin", "country_code": "DE", "latitude": 52.5, "longitude": "13.4", "state1": "Land Berlin"},
            Place("DE", "Land Berlin", "Berlin", 52.5, 13.4),
        ),
        (
            {
                "country": {"iso_code": "US"},
                "subdivisions": [{"iso_code": "MA"}],
                "city": {"names": {"en": "Boston"}},
                "location": {"latitude": 42.36, "longitude": -71.06},
            },
            Place("US", "MA", "Boston", 42.36, -71.06),
        ),
        ({"latitude": "nan", "longitude": None}, NOWHERE),
        ({}, NOWHERE),
    ],
)
def test_records_of_both_kinds_of_databases(record, place):
    assert _place(record) == place


def test_databases_complete_each_other_within_a_country():
    city = Place("DE", "", "Berlin", 52.5, 13.4)
    assert _completed(Place("DE"), city) == city
    assert _completed(NOWHERE, Place("DE")) == Place("DE")
    assert _completed(Place("FR"), city) == Place("FR")


def test_the_locator_of_this_process_is_kept():
    assert locator() is locator()
