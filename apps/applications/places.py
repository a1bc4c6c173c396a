"""The countries, time zones, categories and types an application may have."""

from functools import cache
from importlib import resources
from zoneinfo import available_timezones

from babel import Locale
from django.utils.translation import gettext_lazy as _

from apps.core.texts import Text
from apps.plugin_api.registry import Registry

#: Kinds of applications and their names. Plugins bring them; the default one is there without any.
TYPES: Registry[Text] = Registry("type of applications")
CATEGORIES = {
    "1": "Books",
    "2": "Business",
    "3": "Education",
    "4": "Entertainment",
    "5": "Finance",
    "6": "Games",
    "7": "Health and fitness",
    "8": "Lifestyle",
    "9": "Medical",
    "10": "Music",
    "11": "Navigation",
    "12": "News",
    "13": "Photography",
    "14": "Productivity",
    "15": "Reference",
    "16": "Social networking",
    "17": "Sports",
    "18": "Travel",
    "19": "Utilities",
    "20": "Weather",
}
DEFAULT_TYPE = "mobile"


def types() -> dict[str, Text]:
    """Those that a new application may have now."""
    return {DEFAULT_TYPE: _("Mobile"), **dict(TYPES.items())}


@cache
def timezones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def countries() -> dict[str, str]:
    """ISO 3166 alpha-2 code -> English name, sorted by name."""
    table = (resources.files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    codes = [line.split("\t")[0] for line in table.splitlines() if line and not line.startswith("#")]
    names = Locale("en").territories
    return dict(sorted(((code, names.get(code, code)) for code in codes), key=lambda item: item[1]))
