from django.test import Client

from apps.accounts import permissions
from tests.accounts.conftest import person
from tests.traffic import Traffic


def test_everybody_sees_the_own_applications(traffic: Traffic) -> None:
    traffic.count(begin_session=1, events=[{"key": "Buy"}, {"key": "Buy"}])
    client = Client()
    client.force_login(traffic.owner)
    exported = client.get("/data-points", {"export": "json", "table": "table"})
    rows = b"".join(exported.streaming_content) if exported.streaming else exported.content
    assert b"Traffic" in rows
    assert client.get("/data-points").status_code == 200
    client.force_login(person("outsider", permission=permissions.empty()))
    assert "Traffic" not in client.get("/data-points").content.decode().split('id="table"')[1]
