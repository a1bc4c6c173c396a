"""Where settings that are not in the environment come from.

`manage.py up` starts servers of its own when MONGODB_URI or REDIS_URL is unset. It writes their addresses to
`<DATA_DIR>/run/endpoints.json`, so that every other command on the same machine finds them.
"""

import json
import os
import secrets
from pathlib import Path

NOT_RUNNING_MONGODB = "mongodb://127.0.0.1:1/?directConnection=true&serverSelectionTimeoutMS=1000"
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
    try:
        return path.read_text().strip()
    except OSError:
        pass
    data_dir.mkdir(parents=True, exist_ok=True)
    fresh = secrets.token_urlsafe(50)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was faster
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(fresh)
    return fresh
