"""What people call a device that its SDK names by a code: `iPhone15,2` is the iPhone 14 Pro.

The names are in `vendor/devices/names.sqlite`, which `deploy/fetch_assets.py` makes; without it codes stay codes.
"""

import sqlite3
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from apps.plugin_api.checkup import Finding, ok, warn

FILE = Path(settings.BASE_DIR) / "vendor" / "devices" / "names.sqlite"
SIMULATORS = {"arm64": "Simulator (arm64)", "x86_64": "Simulator (x86_64)", "i386": "Simulator (i386)"}
#: Behind the code of a device of Samsung's stand letters of the market it was made for.
SAMSUNG, SAMSUNG_LENGTH = "SM-", 7

_local = threading.local()


@lru_cache(maxsize=8192)
def device(stored: str) -> str:
    """As stored where nobody knows another name."""
    code = stored.replace(":", ".")  # dots cannot be stored in a key
    if code in SIMULATORS:
        return SIMULATORS[code]
    return _found(code) or (_found(code[:SAMSUNG_LENGTH]) if code.startswith(SAMSUNG) else None) or code


def check() -> Iterator[Finding]:
    """For `manage.py doctor`."""
    if FILE.is_file():
        yield ok("Names of devices", str(FILE))
    else:
        text = f"{FILE} is missing: screens show codes of devices, such as iPhone15,2"
        yield warn("Names of devices", text, "Run `python deploy/fetch_assets.py`.")


def _found(code: str) -> str | None:
    database = _database()
    row = database.execute("SELECT name FROM names WHERE model = ?", (code,)).fetchone() if database else None
    return row[0] if row else None


def _database() -> sqlite3.Connection | None:
    """One for each thread; None without the file."""
    if not hasattr(_local, "database"):
        known = FILE.is_file()
        _local.database = sqlite3.connect(f"{FILE.as_uri()}?mode=ro&immutable=1", uri=True) if known else None
    found: sqlite3.Connection | None = _local.database
    return found
