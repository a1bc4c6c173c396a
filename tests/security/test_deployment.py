"""Headers of pages, cookies, and what Django says of settings for production."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.security.people import person

ROOT = Path(__file__).resolve().parents[2]
#: Read by the settings when they are imported, so it takes a process of its own.
PROGRAM = """
import django, json
django.setup()
from django.conf import settings
from django.core.checks import Tags, run_checks
found = run_checks(tags=[Tags.security], include_deployment_checks=True)
names = [name for name in dir(settings) if name.startswith(("SECURE_", "SESSION_COOKIE_", "CSRF_COOKIE_"))]
said = [str(one) for one in found if not one.is_silenced()]
print(json.dumps([said, {name: getattr(settings, name) for name in names}], default=str))
"""


def production(**more):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "countly_site.settings",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "ALLOWED_HOSTS": "stats.example.com",
        **more,
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_nothing_is_to_be_said_of_settings_for_production():
    found, chosen = production(SECURE_COOKIES="true")

    assert found == []
    assert {
        name: chosen[name] for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY")
    } == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
    }
    assert (chosen["SECURE_HSTS_SECONDS"], chosen["SESSION_COOKIE_SAMESITE"]) == (31_536_000, "Lax")
    assert (chosen["SESSION_COOKIE_NAME"], chosen["CSRF_COOKIE_NAME"]) == ("__Host-sessionid", "__Host-csrftoken")
    assert (chosen["SESSION_COOKIE_DOMAIN"], chosen["SESSION_COOKIE_PATH"]) == (None, "/")  # what the prefix asks for


def test_without_https_browsers_are_not_told_to_insist_on_it():
    _, chosen = production(SECURE_COOKIES="false")

    assert (chosen["SECURE_HSTS_SECONDS"], chosen["SECURE_SSL_REDIRECT"]) == (0, False)


@pytest.mark.django_db
def test_pages_are_not_framed_tell_no_address_and_run_nothing_inline():
    owner = person("owner", global_admin=True)
    client = Client()
    for path, member in (
        ("/login", None),
        ("/forgot", None),
        ("/account", owner),
        ("/admin/", owner),
        ("/nothing", None),
    ):
        if member is not None:
            client.force_login(member)
        headers = client.get(path).headers
        assert (headers["X-Frame-Options"].upper(), headers["Referrer-Policy"]) == ("DENY", "same-origin"), path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        if headers["Content-Type"].startswith("text/html"):
            policy = headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy, path
            assert "frame-ancestors 'none'" in policy, path
            assert "unsafe" not in policy, path
