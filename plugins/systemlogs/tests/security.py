"""What the tests of security (tests/security) ask of this plugin."""

from collections.abc import Callable

from apps.plugin_api import audit
from tests.security.people import World

ENDPOINTS = """
/i/systemlogs             global_admin
/o?method=systemlogs      global_admin
/o?method=systemlogs_meta global_admin
"""

PAGES = """
/audit-log global_admin
"""

SEEN = ("action",)
NAMES = ("Stained",)  # an action without a title


def things(world: World, text: Callable[[str], str], is_shared: bool) -> dict[str, str]:
    audit.record("stained", {"about": text("action")}, member=world.people["global admin"])
    return {}
