"""The countries, time zones, categories and types an application may have."""

from functools import cache
from importlib import resources
from zoneinfo import available_timezones

from babel import Locale
from django.utils.translation import gettext_lazy as _

from apps.core import locales
from apps.core.texts import Text
from apps.plugin_api.registry import Registry

#: Kinds of applications and their names. Plugins bring them; the default one is there without any.
TYPES: Registry[Text] = Registry("type of applications")
CATEGORIES: dict[str, Text] = {
    "1": _("Books"),
    "2": _("Business"),
    "3": _("Education"),
    "4": _("Entertainment"),
    "5": _("Finance"),
    "6": _("Games"),
    "7": _("Health and fitness"),
    "8": _("Lifestyle"),
    "9": _("Medical"),
    "10": _("Music"),
    "11": _("Navigation"),
    "12": _("News"),
    "13": _("Photography"),
    "14": _("Productivity"),
    "15": _("Reference"),
    "16": _("Social networking"),
    "17": _("Sports"),
    "18": _("Travel"),
    "19": _("Utilities"),
    "20": _("Weather"),
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


def country_choices() -> dict[str, str]:
    """The same in the reader's language, for people who choose one."""
    named = {code: locales.country(code) or name for code, name in countries().items()}
    return dict(sorted(named.items(), key=lambda item: locales.sort_key(item[1])))
