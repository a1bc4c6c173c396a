"""This machine and its settings: disk, secrets, addresses, data files."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from apps.core import mail
from apps.plugin_api import public_address
from apps.system.checkup.findings import Finding, fail, ok, warn
from apps.system.checkup.stores import is_embedded
from apps.system.supervision.problems import MIN_FREE_BYTES, free_bytes

LOW_FREE_BYTES = 1024**3
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def check_disk() -> Iterator[Finding]:
    yield disk_finding(settings.DATA_DIR, free_bytes(settings.DATA_DIR))


def disk_finding(data_dir: Path, free: int) -> Finding:
    text = f"{free / 1024**3:.1f} GB free for {data_dir}"
    if free < MIN_FREE_BYTES:
        return fail("Disk", text, "Free some space, or move DATA_DIR to another disk.")
    if free < LOW_FREE_BYTES:
        return warn("Disk", text, "Free some space, or move DATA_DIR to another disk.")
    return ok("Disk", text)


def check_secrets() -> Iterator[Finding]:
    if os.environ.get("SECRET_KEY"):
        yield ok("SECRET_KEY", "set in the environment")
    elif is_embedded("mongodb_uri"):
        yield ok("SECRET_KEY", f"kept in {settings.DATA_DIR}/secret_key")
    else:
        yield warn(
            "SECRET_KEY",
            "not set; every machine or container makes a key of its own, and logins hold on one of them only",
            "Set SECRET_KEY to the same long random text everywhere.",
        )


def check_addresses() -> Iterator[Finding]:
    if settings.DEBUG:
        yield fail("DEBUG", "is on and shows settings to visitors", "Unset DEBUG.")
    if settings.HOST in LOOPBACK:
        yield ok("HOST", f"{settings.HOST}: this machine only")
        return
    if "*" in settings.ALLOWED_HOSTS:
        yield warn("ALLOWED_HOSTS", "accepts every name", "Set it to the names of this server, separated by commas.")
    else:
        yield ok("ALLOWED_HOSTS", ", ".join(settings.ALLOWED_HOSTS))
    if not settings.SECURE_COOKIES:
        yield warn(
            "SECURE_COOKIES",
            "is off: logins travel over plain HTTP too",
            "Put HTTPS in front and set SECURE_COOKIES=true, and CSRF_TRUSTED_ORIGINS to the https:// address.",
        )


def check_mail() -> Iterator[Finding]:
    if not mail.is_configured():
        text = "no mail server: invitations, password links and reports are not sent"
        if settings.HOST in LOOPBACK:
            yield ok("Mail", text)
        else:
            yield warn("Mail", text, "Set EMAIL_URL (smtp+tls://user:password@host:587) and EMAIL_FROM.")
        return
    yield ok("Mail", f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}, from {settings.DEFAULT_FROM_EMAIL}")
    address = public_address.base_url()
    if address.startswith(("http://127.", "http://localhost", "http://0.0.0.0")):
        yield warn("Mail links", f"lead to {address}", "Set the public address of this server: `api.domain`.")
    else:
        yield ok("Mail links", f"lead to {address}")


def check_geoip() -> Iterator[Finding]:
    if Path(settings.GEOIP_COUNTRY_DB).is_file():
        yield ok("IP to country", settings.GEOIP_COUNTRY_DB)
    else:
        yield warn(
            "IP to country",
            f"{settings.GEOIP_COUNTRY_DB} is missing: countries come from SDKs only",
            "Run `python deploy/fetch_assets.py`, or set GEOIP_COUNTRY_DB.",
        )
