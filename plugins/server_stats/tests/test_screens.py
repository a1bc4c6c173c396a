import json
import re
from datetime import timedelta

from django.test import Client

from apps.accounts import permissions
from apps.aggregation.shards import Shard
from apps.applications.lifecycle import create_application
from apps.core import clock, mongo
from plugins.server_stats import documents
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


def test_months_and_figures_are_those_of_the_chosen_application(traffic: Traffic) -> None:
    other = str(create_application("Elsewhere").pk)
    last_month = clock.now().replace(day=1) - timedelta(days=1)
    for moment, application_id, counts in (
        (clock.now(), traffic.application.id, {"s": 3, "e": 4}),
        (last_month, traffic.application.id, {"s": 1, "e": 1}),
        (clock.now(), other, {"s": 50, "e": 0}),
    ):
        update = documents.operators(application_id, moment, counts)
        key = documents.document_id(application_id, moment, Shard())
        mongo.collection(documents.COLLECTION).update_one({"_id": key}, update, upsert=True)
    traffic.client.force_login(traffic.owner)

    def shown(**query: str) -> tuple[list[int], list[int], str]:
        text = traffic.client.get("/data-points", query).content.decode()
        data = json.loads(re.findall(r'<script id="months-data"[^>]*>(.*?)</script>', text)[0])
        assert len(data["labels"]) == 12
        sessions, events = (line["values"][-2:] for line in data["series"])
        return sessions, events, text

    assert shown()[:2] == ([1, 53], [1, 4])
    sessions, events, text = shown(application=traffic.application.id)
    assert (sessions, events) == ([1, 3], [1, 4])
    assert "Elsewhere" not in text.split('id="table"')[1]
    assert shown(application="5f8c6f2e1b2c3d4e5f607182")[0] == [1, 53]
    assert "Busiest now" in text
