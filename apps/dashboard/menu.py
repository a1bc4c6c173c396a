"""The entries of the core screens in the sidebar. Plugins add theirs, also as tabs below these."""

from django.utils.translation import gettext_lazy as _

from apps.dashboard.screens.application import administers_something
from apps.plugin_api.menu import ACCOUNT_SECTION, MENU, MenuEntry, global_admins

MOBILE = frozenset({"mobile"})
ENTRIES: dict[str, MenuEntry] = {
    "home": MenuEntry(_("Home"), "overview", "home", "home", 10, original="#/home"),
    "live": MenuEntry(_("Live"), "live", "home", "live", 20),
    "users": MenuEntry(
        _("Users"), "users", "understand", "users", 10, tab_title=_("Overview"), original="#/analytics/users"
    ),
    "loyalty": MenuEntry(
        _("Loyalty"),
        "loyalty",
        "understand",
        "loyalty",
        15,
        tab_title=_("User activity"),
        original="#/analytics/loyalty",
    ),
    "sessions": MenuEntry(
        _("Sessions"),
        "sessions",
        "understand",
        "sessions",
        20,
        tab_title=_("Overview"),
        original="#/analytics/sessions",
    ),
    "session_durations": MenuEntry(_("Durations"), "session_durations", "understand", "sessions", 21, "sessions"),
    "session_frequency": MenuEntry(_("Frequency"), "session_frequency", "understand", "sessions", 22, "sessions"),
    "technology": MenuEntry(
        _("Technology"),
        "technology",
        "understand",
        "technology",
        30,
        tab_title=_("Platforms"),
        original="#/analytics/technology",
    ),
    "technology_devices": MenuEntry(_("Devices"), "technology_devices", "understand", "technology", 31, "technology"),
    "technology_resolutions": MenuEntry(
        _("Resolutions"), "technology_resolutions", "understand", "technology", 32, "technology"
    ),
    "technology_versions": MenuEntry(
        _("App versions"), "technology_versions", "understand", "technology", 33, "technology"
    ),
    "technology_carriers": MenuEntry(
        _("Carriers"), "technology_carriers", "understand", "technology", 34, "technology", application_types=MOBILE
    ),
    "geo": MenuEntry(_("Geo"), "geo", "understand", "geo", 40, tab_title=_("Countries"), original="#/analytics/geo"),
    "geo_cities": MenuEntry(_("Cities"), "geo_cities", "understand", "geo", 41, "geo"),
    "events": MenuEntry(
        _("Events"),
        "events",
        "understand",
        "events",
        50,
        tab_title=_("Overview"),
        feature="events",
        original="#/analytics/events",
    ),
    "event": MenuEntry(_("All events"), "event", "understand", "events", 51, "events", feature="events"),
    "application": MenuEntry(
        _("Settings"), "application", "application", "settings", 90, shown_to=administers_something
    ),
    "connect": MenuEntry(_("Connect an SDK"), "connect", "application", "sdk", 10),
    "applications": MenuEntry(
        _("Applications"),
        "applications",
        "manage",
        "applications",
        20,
        shown_to=administers_something,
        original="#/manage/apps",
    ),
    "members": MenuEntry(
        _("Members"), "members", "manage", "members", 10, shown_to=global_admins, original="#/manage/users"
    ),
    "account": MenuEntry(_("Account settings"), "account", ACCOUNT_SECTION, "person", 10),
    "tokens": MenuEntry(_("Tokens"), "tokens", ACCOUNT_SECTION, "tokens", 20, original="#/manage/token_manager"),
}


def register_entries() -> None:
    for name, entry in ENTRIES.items():
        MENU.register(name, entry)
