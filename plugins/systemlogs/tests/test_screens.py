from django.test import Client

from apps.plugin_api import audit


def test_the_screen_is_for_global_administrators(owner, member):
    audit.record("app_created", {"name": "<Shop>"}, member=owner)
    client = Client()
    client.force_login(owner)
    page = client.get("/audit-log").content.decode()
    assert "app_created" in page
    assert "&lt;Shop&gt;" in page
    assert "owner@example.com" in page
    assert "app_created" not in client.get("/audit-log", {"q": "deleted"}).content.decode().split('id="table"')[1]
    client.force_login(member)
    assert client.get("/audit-log").status_code == 403
