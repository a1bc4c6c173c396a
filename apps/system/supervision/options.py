"""What `manage.py up` reads from the environment, without Django: the supervisor stays small for as long as it runs.

The names and defaults are those of countly_site/settings.py; a test holds the two together.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.system.supervision.problems import Problem

BASE_DIR = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Options:
    host: str
    port: int
    data_dir: Path
    mongodb_uri: str  # empty: the embedded server
    redis_url: str  # empty: the embedded server
    web_workers: int
    store_wait_seconds: int  # how long a MongoDB or Redis of the operator's own may take to answer
    host_header: str  # a name that ALLOWED_HOSTS accepts

    @property
    def local_host(self) -> str:
        """Where this machine itself reaches the web server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  compared only

    @property
    def url(self) -> str:
        return (
            f"http://[{self.local_host}]:{self.port}" if ":" in self.host else f"http://{self.local_host}:{self.port}"
        )

    @property
    def run_dir(self) -> Path:
        return self.data_dir / "run"

    @property
    def log_dir(self) -> Path:
        return self.data_dir / "log"


def from_environment(environment: Mapping[str, str] = os.environ) -> Options:
    """Raises Problem for a number that is none, or out of range."""
    _whole_number(environment, "INGEST_SHARDS", 1, minimum=1, maximum=64)  # for the settings; said here in one sentence
    allowed_host = environment.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return Options(
        host=environment.get("HOST") or "127.0.0.1",
        port=_whole_number(environment, "PORT", 8000, minimum=1, maximum=65535),
        data_dir=Path(environment.get("DATA_DIR") or BASE_DIR / "var").resolve(),
        mongodb_uri=environment.get("MONGODB_URI", ""),
        redis_url=environment.get("REDIS_URL", ""),
        web_workers=_whole_number(environment, "WEB_WORKERS", 1, minimum=1, maximum=256),
        store_wait_seconds=_whole_number(environment, "STORE_WAIT_SECONDS", 10, minimum=0, maximum=3600),
        host_header="localhost" if allowed_host in ("", "*") else allowed_host,
    )


def _whole_number(environment: Mapping[str, str], name: str, default: int, *, minimum: int, maximum: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if text.isascii() and text.isdecimal() and minimum <= int(text) <= maximum:
        return int(text)
    raise Problem(f"{name} must be a whole number from {minimum} to {maximum}, not {text!r}.")
