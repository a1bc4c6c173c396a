import pytest
from django.test import Client

from apps.accounts import members
from tests.security.people import world

pytestmark = pytest.mark.django_db


def test_pages_speak_the_members_language_and_the_api_english():
    member = world().people["global admin"]
    member.lang = "de"
    members.store(member)
    client = Client(headers={"Accept-Language": "fr, de;q=0.5"})
    page = client.get("/login")
    assert (page.headers["Content-Language"], "Passwort vergessen?" in page.content.decode()) == ("de", True)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(member)
    page = client.get("/account").content.decode()
    assert ('<html lang="de">' in page, "Kontoeinstellungen" in page) == (True, True)
    client = Client(headers={"Accept-Language": "de"})
    plugins = client.get("/o/plugins", {"api_key": member.api_key}).json()
    assert "Crashes" in {plugin["title"] for plugin in plugins}
