"""Where made-up users live and what they hold in their hands. Tables; their weights are shares of users."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    country: str
    city: str
    latitude: float
    longitude: float
    utc_offset_minutes: int
    locale: str
    carriers: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True)
class Device:
    model: str
    manufacturer: str
    os_versions: tuple[str, ...]  # the newest last
    resolution: str
    density: str
    kind: str  # mobile, tablet, desktop
    weight: int
    stores: tuple[str, ...] = ()


PLACES = (
    Place("US", "New York", 40.7128, -74.0060, -300, "en_US", ("Verizon", "AT&T", "T-Mobile"), 14),
    Place("US", "San Francisco", 37.7749, -122.4194, -480, "en_US", ("Verizon", "AT&T", "T-Mobile"), 8),
    Place("US", "Austin", 30.2672, -97.7431, -360, "en_US", ("AT&T", "T-Mobile"), 6),
    Place("CA", "Toronto", 43.6532, -79.3832, -300, "en_CA", ("Rogers", "Bell", "Telus"), 5),
    Place("MX", "Mexico City", 19.4326, -99.1332, -360, "es_MX", ("Telcel", "AT&T Mexico"), 4),
    Place("BR", "Sao Paulo", -23.5505, -46.6333, -180, "pt_BR", ("Vivo", "Claro", "TIM"), 8),
    Place("AR", "Buenos Aires", -34.6037, -58.3816, -180, "es_AR", ("Claro", "Personal"), 3),
    Place("GB", "London", 51.5074, -0.1278, 0, "en_GB", ("EE", "Vodafone", "O2"), 10),
    Place("GB", "Manchester", 53.4808, -2.2426, 0, "en_GB", ("EE", "Three"), 4),
    Place("DE", "Berlin", 52.5200, 13.4050, 60, "de_DE", ("Telekom", "Vodafone", "O2"), 9),
    Place("DE", "Munich", 48.1351, 11.5820, 60, "de_DE", ("Telekom", "Vodafone", "O2"), 5),
    Place("FR", "Paris", 48.8566, 2.3522, 60, "fr_FR", ("Orange", "SFR", "Free"), 8),
    Place("ES", "Madrid", 40.4168, -3.7038, 60, "es_ES", ("Movistar", "Orange"), 5),
    Place("IT", "Milan", 45.4642, 9.1900, 60, "it_IT", ("TIM", "WindTre"), 4),
    Place("NL", "Amsterdam", 52.3676, 4.9041, 60, "nl_NL", ("KPN", "Odido"), 3),
    Place("SE", "Stockholm", 59.3293, 18.0686, 60, "sv_SE", ("Telia", "Tele2"), 2),
    Place("PL", "Warsaw", 52.2297, 21.0122, 60, "pl_PL", ("Orange", "Play"), 3),
    Place("TR", "Istanbul", 41.0082, 28.9784, 180, "tr_TR", ("Turkcell", "Vodafone"), 6),
    Place("EG", "Cairo", 30.0444, 31.2357, 120, "ar_EG", ("Vodafone", "Orange"), 2),
    Place("ZA", "Johannesburg", -26.2041, 28.0473, 120, "en_ZA", ("Vodacom", "MTN"), 2),
    Place("NG", "Lagos", 6.5244, 3.3792, 60, "en_NG", ("MTN", "Airtel"), 2),
    Place("IN", "Bengaluru", 12.9716, 77.5946, 330, "en_IN", ("Jio", "Airtel"), 8),
    Place("IN", "Mumbai", 19.0760, 72.8777, 330, "hi_IN", ("Jio", "Airtel", "Vi"), 5),
    Place("JP", "Tokyo", 35.6762, 139.6503, 540, "ja_JP", ("NTT Docomo", "SoftBank", "KDDI"), 7),
    Place("KR", "Seoul", 37.5665, 126.9780, 540, "ko_KR", ("SK Telecom", "KT"), 4),
    Place("SG", "Singapore", 1.3521, 103.8198, 480, "en_SG", ("Singtel", "StarHub"), 2),
    Place("ID", "Jakarta", -6.2088, 106.8456, 420, "id_ID", ("Telkomsel", "Indosat"), 4),
    Place("AU", "Sydney", -33.8688, 151.2093, 600, "en_AU", ("Telstra", "Optus"), 4),
)
PLAY, SAMSUNG, APPLE = "com.android.vending", "com.sec.android.app.samsungapps", "App Store"
DEVICES = {
    "iOS": (
        Device("iPhone 16 Pro", "Apple", ("18.1", "18.5"), "1206x2622", "@3x", "mobile", 16, (APPLE,)),
        Device("iPhone 15", "Apple", ("17.5", "18.1", "18.5"), "1179x2556", "@3x", "mobile", 24, (APPLE,)),
        Device("iPhone 13", "Apple", ("16.7", "17.5", "18.1"), "1170x2532", "@3x", "mobile", 20, (APPLE,)),
        Device("iPhone SE", "Apple", ("16.7", "17.5"), "750x1334", "@2x", "mobile", 8, (APPLE,)),
        Device("iPad Air", "Apple", ("17.5", "18.1"), "1640x2360", "@2x", "tablet", 7, (APPLE,)),
    ),
    "Android": (
        Device("Pixel 9", "Google", ("15",), "1080x2424", "XXHDPI", "mobile", 12, (PLAY,)),
        Device("Pixel 8", "Google", ("14", "15"), "1080x2400", "XXHDPI", "mobile", 14, (PLAY,)),
        Device("Galaxy S24", "Samsung", ("14", "15"), "1080x2340", "XXHDPI", "mobile", 18, (PLAY, PLAY, PLAY, SAMSUNG)),
        Device("Galaxy A54", "Samsung", ("13", "14"), "1080x2340", "XXHDPI", "mobile", 16, (PLAY, PLAY, SAMSUNG)),
        Device("Redmi Note 13", "Xiaomi", ("13", "14"), "1080x2400", "XXHDPI", "mobile", 12, (PLAY,)),
        Device("Moto G54", "Motorola", ("13", "14"), "1080x2400", "XHDPI", "mobile", 7, (PLAY,)),
        Device("Galaxy Tab S9", "Samsung", ("13", "14"), "1600x2560", "XHDPI", "tablet", 5, (PLAY, SAMSUNG)),
    ),
    "Windows": (
        Device("PC", "Microsoft", ("10", "11"), "1920x1080", "1x", "desktop", 30),
        Device("PC", "Microsoft", ("10", "11"), "2560x1440", "1.25x", "desktop", 12),
        Device("Surface Laptop", "Microsoft", ("11",), "2256x1504", "1.5x", "desktop", 8),
    ),
    "macOS": (
        Device("MacBook Pro", "Apple", ("14.6", "15.1"), "3024x1964", "2x", "desktop", 18),
        Device("MacBook Air", "Apple", ("13.6", "14.6", "15.1"), "2560x1664", "2x", "desktop", 16),
    ),
    "Linux": (Device("PC", "Generic", ("Ubuntu 22.04", "Ubuntu 24.04"), "1920x1080", "1x", "desktop", 10),),
    "Windows Phone": (Device("Lumia 950", "Microsoft", ("10.0",), "1440x2560", "XXXHDPI", "mobile", 10),),
}
#: Share of users on each platform, among those of a template.
PLATFORM_WEIGHTS = {"Android": 46, "iOS": 40, "Windows": 40, "macOS": 24, "Linux": 5, "Windows Phone": 2}

#: Browser and version by platform: what a web SDK reports.
BROWSERS = {
    "iOS": (("Safari", "18.5", 8), ("Chrome", "136.0", 3)),
    "Android": (("Chrome", "136.0", 10), ("Samsung Internet", "27.0", 3), ("Firefox", "138.0", 1)),
    "Windows": (("Chrome", "136.0", 9), ("Edge", "136.0", 6), ("Firefox", "138.0", 3)),
    "macOS": (("Safari", "18.5", 7), ("Chrome", "136.0", 8), ("Firefox", "138.0", 2)),
    "Linux": (("Firefox", "138.0", 5), ("Chrome", "136.0", 4)),
    "Windows Phone": (("Edge", "15.15063", 1),),
}
#: Where visitors of a site come from, as the SDK sends the referrer; "" came by themselves.
REFERRERS = (
    ("", 34),
    ("https://www.google.com/", 30),
    ("https://www.bing.com/", 5),
    ("https://www.instagram.com/", 8),
    ("https://www.youtube.com/", 5),
    ("https://newsletter.example.com/spring-sale?utm_source=newsletter&utm_campaign=spring_sale", 9),
    ("https://partner.example.org/reviews", 6),
    ("https://www.linkedin.com/", 3),
)
#: How users of an app found it, and the channel; "" is the store itself.
CAMPAIGNS = (
    (("", "Organic"), 66),
    (("Instagram", "Social"), 10),
    (("Google Ads", "Paid"), 9),
    (("Spring Sale", "Newsletter"), 8),
    (("Refer a friend", "Referral"), 7),
)

FIRST_NAMES = (
    "Ada", "Aiko", "Alejandro", "Amara", "Anna", "Arjun", "Ayse", "Ben", "Camila", "Chloe", "Daniel", "Elif", "Emma",
    "Felix", "Fatima", "Grace", "Hana", "Hugo", "Ines", "Isaac", "Jonas", "Julia", "Kofi", "Lars", "Leila", "Liam",
    "Lucia", "Maja", "Mateo", "Mei", "Mia", "Nadia", "Noah", "Olivia", "Omar", "Priya", "Rafael", "Rosa", "Samuel",
    "Sofia", "Theo", "Valentina", "Yuki", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Almeida", "Anderson", "Bauer", "Bernard", "Castro", "Chen", "Demir", "Diaz", "Evans", "Fischer", "Garcia",
    "Haddad", "Hansen", "Ito", "Jensen", "Kaya", "Khan", "Kim", "Kowalski", "Lee", "Lopez", "Martin", "Mendes", "Meyer",
    "Moreau", "Mwangi", "Nakamura", "Novak", "Okafor", "Patel", "Rossi", "Santos", "Schmidt", "Silva", "Singh", "Smith",
    "Tanaka", "Taylor", "Visser", "Walker", "Yilmaz", "Young",
)  # fmt: skip
