"""Where settings that are not in the environment come from.

`manage.py up` starts servers of its own when MONGODB_URI or REDIS_URL is unset. It writes their addresses to
`<DATA_DIR>/run/endpoints.json`, so that every other command on the same machine finds them.
"""

import json
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

NOT_RUNNING_MONGODB = "mongodb://127.0.0.1:1/?directConnection=true&serverSelectionTimeoutMS=100"
NOT_RUNNING_REDIS = "unix:///nonexistent/valkey.sock"


def embedded_endpoints(data_dir: Path) -> dict[str, str]:
    """Addresses of the embedded servers as `{"mongodb_uri": ..., "redis_url": ...}`; empty when none run."""
    try:
        endpoints = json.loads((data_dir / "run" / "endpoints.json").read_text())
    except (OSError, ValueError):
        return {}
    return endpoints if isinstance(endpoints, dict) else {}


def secret_key(data_dir: Path) -> str:
    """The key kept in `<DATA_DIR>/secret_key`, made at the first call; readable by its owner only."""
    path = data_dir / "secret_key"
    with suppress(OSError):
        if kept := path.read_text().strip():
            return kept
    data_dir.mkdir(parents=True, exist_ok=True)
    return _keep_secret_key(path, secrets.token_urlsafe(50))


def _keep_secret_key(path: Path, fresh: str) -> str:
    """Returns what is kept from now on: another process may be faster. The file has its content when it appears."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")  # readable by its owner only
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(fresh)
            file.flush()
            os.fsync(descriptor)
        try:
            os.link(temporary, path)
        except FileExistsError:
            if kept := path.read_text().strip():
                return kept
            os.replace(temporary, path)  # an empty file, as an unlucky crash leaves it
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    return fresh


def offered_languages(codes: list[str]) -> list[tuple[str, str]]:
    """Code and name of each, in its own words; English is always there. Raises ImproperlyConfigured."""
    unknown = [code for code in codes if "name_local" not in LANG_INFO.get(code, {})]
    if unknown:
        raise ImproperlyConfigured(f"LANGUAGES: {', '.join(unknown)}: Django knows no such language")
    return [(code, LANG_INFO[code]["name_local"].capitalize()) for code in dict.fromkeys(["en", *codes])]
