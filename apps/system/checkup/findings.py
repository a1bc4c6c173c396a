"""What `manage.py doctor` says: one finding per line, with the way to mend it where something is wrong."""

from collections.abc import Iterable, Iterator

import pymongo

from apps.plugin_api.checkup import Check, Finding, fail, ok, warn

__all__ = ["Check", "Finding", "examine", "fail", "ok", "warn"]

TIMEOUT_SECONDS = 5.0  # of each question to a MongoDB that does not answer


def examine(checks: Iterable[Check]) -> Iterator[Finding]:
    """Every check in turn. One that cannot be made is a failure of its subject, not the end of the examination."""
    for check in checks:
        try:
            with pymongo.timeout(TIMEOUT_SECONDS):
                yield from check()
        except Exception as error:
            name = check.__name__.removeprefix("check_").replace("_", " ")
            yield fail(name, f"could not be checked: {error}", "Mend what is reported above first.")
