"""The settings of the plugin, as they hold for one application."""

from functools import lru_cache
from typing import Any

import re2
from django.utils.translation import gettext_lazy as _

from apps.plugin_api import configuration
from apps.plugin_api.configuration import Described, HasOverrides
from plugins.crashes.stacks import ERROR_AND_FILE, STACKTRACE, Grouping, Pattern

NAMESPACE = "crashes"
DEFAULTS: dict[str, Any] = {
    "report_limit": 100,
    "grouping_strategy": ERROR_AND_FILE,
    "smart_preprocessing": True,
    "smart_regexes": "{.*?}\n/.*?/",
    "same_app_version_crash_update": False,
    "max_custom_field_keys": 100,
    "activate_custom_field_cleanup_job": False,
}
MOST_REPORTS = 1_000
MOST_PATTERNS = 50
LONGEST_PATTERN = 500
MAX_MEMORY_BYTES = 1 << 20  # of one compiled pattern


def described() -> dict[str, Described]:
    strategies = {ERROR_AND_FILE: _("By error and file"), STACKTRACE: _("By the whole stack trace")}
    return {
        "report_limit": Described(_("Reports"), _("How many are answered with a group.")),
        "grouping_strategy": Described(_("Grouping"), _("What makes two reports one group."), choices=strategies),
        "smart_preprocessing": Described(
            _("Leave out what varies"), _("Numbers, addresses, paths and ids do not make another group.")
        ),
        "smart_regexes": Described(
            _("Further patterns to leave out"), _("Regular expressions as RE2 knows them, one a line.")
        ),
        "same_app_version_crash_update": Described(
            _("Show the newest trace"),
            _("Also when it comes from the same version. For all applications alike."),
            is_server_wide=True,
        ),
        "max_custom_field_keys": Described(_("Values of a custom property"), _("That the nightly job keeps.")),
        "activate_custom_field_cleanup_job": Described(
            _("Forget rare values"), _("Each night, of custom properties with more values than that.")
        ),
    }


def grouping_of(application: HasOverrides | None) -> Grouping:
    settings = configuration.read(NAMESPACE, application)
    strategy = STACKTRACE if settings["grouping_strategy"] == STACKTRACE else ERROR_AND_FILE
    patterns = compiled(str(settings["smart_regexes"])) if settings["smart_preprocessing"] else ()
    return Grouping(strategy, bool(settings["smart_preprocessing"]), patterns)


def refreshes_same_version() -> bool:
    """For all applications alike, as in the original."""
    return bool(configuration.read(NAMESPACE)["same_app_version_crash_update"])


def report_limit(application: HasOverrides | None) -> int:
    return max(1, min(int(configuration.read(NAMESPACE, application)["report_limit"]), MOST_REPORTS))


@lru_cache(maxsize=64)
def compiled(patterns: str) -> tuple[Pattern, ...]:
    """One a line; RE2 matches them in linear time, and what it does not know is left out."""
    options = re2.Options()
    options.max_mem = MAX_MEMORY_BYTES
    options.log_errors = False
    found = []
    for line in patterns.split("\n")[:MOST_PATTERNS]:
        if 0 < len(line.strip()) <= LONGEST_PATTERN:
            try:
                found.append(re2.compile(line.strip(), options))  # type: ignore[no-untyped-call]  # has no types
            except (re2.error, UnicodeEncodeError):
                continue
    return tuple(found)
