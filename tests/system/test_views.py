import pytest
from django.conf import settings
from django.test import Client
from pymongo import MongoClient

from apps.core import mongo
from apps.system.supervision import embedded


@pytest.mark.django_db
def test_ping_says_success_when_mongodb_answers(client: Client):
    answer = client.get("/o/ping")
    assert (answer.status_code, answer.json()) == (200, {"result": "Success"})


@pytest.mark.django_db
def test_ping_knows_no_other_methods(client: Client):
    assert client.head("/o/ping").status_code == 200
    assert client.options("/o/ping")["Access-Control-Allow-Methods"] == "POST, GET, OPTIONS"
    for method in ("put", "delete", "patch", "trace"):
        assert getattr(client, method)("/o/ping").json() == {"result": "Method not allowed"}


def test_ping_says_db_error_when_mongodb_is_gone(client: Client, monkeypatch: pytest.MonkeyPatch):
    with MongoClient(embedded.mongodb_uri(embedded.free_port()), serverSelectionTimeoutMS=100) as gone:
        monkeypatch.setattr(mongo, "database", lambda: gone[settings.MONGODB_DATABASE])
        answer = client.get("/o/ping")
    assert (answer.status_code, answer.json()) == (404, {"result": "DB Error"})
