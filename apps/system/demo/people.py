"""The imagined users of a shop's mobile app: where they live, what they hold in their hands, how often they return."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Place:
    country: str
    city: str
    location: str  # latitude,longitude
    utc_offset_minutes: int
    locale: str
    carriers: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Device:
    os: str
    os_versions: tuple[str, ...]
    model: str
    manufacturer: str
    resolution: str
    density: str
    weight: int


@dataclass(frozen=True, slots=True)
class Person:
    device_id: str
    place: Place
    device: Device
    os_version: str
    carrier: str
    first_day: int  # of the demo, 0 is its first
    return_probability: float  # per day
    store: str


PLACES = (
    Place("US", "New York", "40.7128,-74.0060", -300, "en_US", ("Verizon", "AT&T", "T-Mobile"), 22),
    Place("US", "San Francisco", "37.7749,-122.4194", -480, "en_US", ("Verizon", "AT&T", "T-Mobile"), 12),
    Place("DE", "Berlin", "52.5200,13.4050", 60, "de_DE", ("Telekom", "Vodafone", "O2"), 16),
    Place("GB", "London", "51.5074,-0.1278", 0, "en_GB", ("EE", "Vodafone", "O2"), 14),
    Place("TR", "Istanbul", "41.0082,28.9784", 180, "tr_TR", ("Turkcell", "Vodafone"), 12),
    Place("JP", "Tokyo", "35.6762,139.6503", 540, "ja_JP", ("NTT Docomo", "SoftBank"), 10),
    Place("IN", "Bengaluru", "12.9716,77.5946", 330, "en_IN", ("Jio", "Airtel"), 12),
    Place("BR", "Sao Paulo", "-23.5505,-46.6333", -180, "pt_BR", ("Vivo", "Claro", "TIM"), 9),
    Place("FR", "Paris", "48.8566,2.3522", 60, "fr_FR", ("Orange", "SFR"), 8),
    Place("ES", "Madrid", "40.4168,-3.7038", 60, "es_ES", ("Movistar", "Orange"), 6),
)
DEVICES = (
    Device("Android", ("13", "14", "15"), "Pixel 8", "Google", "1080x2400", "XXHDPI", 14),
    Device("Android", ("13", "14"), "Galaxy S23", "Samsung", "1080x2340", "XXHDPI", 18),
    Device("Android", ("12", "13"), "Galaxy A54", "Samsung", "1080x2340", "XXHDPI", 16),
    Device("Android", ("12", "13", "14"), "Redmi Note 12", "Xiaomi", "1080x2400", "XXHDPI", 12),
    Device("iOS", ("17.5", "18.1"), "iPhone 15", "Apple", "1179x2556", "@3x", 18),
    Device("iOS", ("16.7", "17.5"), "iPhone 13", "Apple", "1170x2532", "@3x", 14),
    Device("iOS", ("17.5", "18.1"), "iPad Air", "Apple", "1640x2360", "@2x", 5),
)
STORES = {"Android": ("com.android.vending", "com.sec.android.app.samsungapps"), "iOS": ("App Store",)}


def make_people(random: Random, count: int, days: int) -> list[Person]:
    """About a third comes on the first day, the others spread over all days."""
    return [_person(random, days) for _ in range(count)]


def _person(random: Random, days: int) -> Person:
    place = random.choices(PLACES, [place.weight for place in PLACES])[0]
    device = random.choices(DEVICES, [device.weight for device in DEVICES])[0]
    return Person(
        device_id=f"{random.getrandbits(128):032x}",
        place=place,
        device=device,
        os_version=random.choice(device.os_versions),
        carrier=random.choice(place.carriers),
        first_day=0 if random.random() < 0.35 else random.randrange(days),
        return_probability=random.choice((0.05, 0.15, 0.3, 0.3, 0.6, 0.85)),
        store=random.choices(STORES[device.os], (9, 1)[: len(STORES[device.os])])[0],
    )
