import pytest

from apps.plugin_api import configuration, public_address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("domain", "hosts", "secure", "expected"),
    [
        ("https://t.example/", ["*"], False, "https://t.example"),
        ("t.example", ["*"], True, "https://t.example"),
        ("", ["*", ".example.com", "stats.example.com"], True, "https://stats.example.com"),
        ("", ["*"], False, "http://127.0.0.1:8000"),
    ],
)
def test_address_comes_from_settings_only(settings, domain, hosts, secure, expected):
    settings.ALLOWED_HOSTS, settings.SECURE_COOKIES = hosts, secure
    settings.HOST, settings.PORT = "127.0.0.1", 8000
    configuration.write("api", {"domain": domain})

    assert public_address.link("/x") == f"{expected}/x"
