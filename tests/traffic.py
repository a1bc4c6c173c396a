"""An application as SDKs and API clients see it, without a web server: what plugins test their road in and out with."""

import asyncio
import json
from typing import Any
from unittest import mock

import pytest
from bson import ObjectId
from django.test import Client

from apps.accounts.members import create_member
from apps.aggregation.records import Record
from apps.applications import lifecycle
from apps.applications.info import ApplicationInfo
from apps.applications.lifecycle import create_application
from apps.applications.lookup import fresh_by_ids
from apps.core import clock, mongo
from apps.pipeline import stream
from apps.pipeline.flush import flush_all
from tests.aggregation.ledger import query_text

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
#: Of the application of every test, older than any other: its collections stay and are emptied, which takes less than
#: to make them anew.
APPLICATION_ID = ObjectId("60000000000000000000000a")


class Traffic:
    """`send` and `count` go through the stream and the flush; `read` asks the API as a global administrator."""

    def __init__(self, kind: str = "mobile") -> None:
        with mock.patch.object(lifecycle, "ObjectId", return_value=APPLICATION_ID):
            created = create_application("Traffic", timezone="Atlantic/Reykjavik", country="DE", type=kind)
        self.application: ApplicationInfo = fresh_by_ids([str(created.pk)])[str(created.pk)]
        self.owner = create_member(
            full_name="Traffic owner",
            username="traffic",
            email="traffic@example.com",
            password="Correct-Horse-1",
            global_admin=True,
        )
        self.client = Client()
        self._serial = 0

    def record(self, device_id: str = "d1", *, at_ms: int | None = None, user_agent: str = "", **sent: Any) -> Record:
        """A GET request; every one is different from all others. `at_ms` is an hour ago when missing."""
        self._serial += 1
        now_ms = clock.now_ms()
        at_ms = now_ms - HOUR_MS if at_ms is None else at_ms
        fields = {"app_key": self.application.key, "device_id": device_id, "timestamp": str(at_ms), **sent}
        query = query_text({**fields, "serial": str(self._serial)})
        return Record(
            self.application.id, self.application.key, device_id, now_ms, "127.0.0.1", query, user_agent=user_agent
        )

    def send(self, device_id: str = "d1", **sent: Any) -> None:
        asyncio.run(stream.accept_many([self.record(device_id, **sent)]))

    def count(self, device_id: str = "d1", **sent: Any) -> None:
        """Sends and counts."""
        self.send(device_id, **sent)
        flush_all()

    def ask(self, path: str, *, api_key: str | None = None, **parameters: Any) -> tuple[int, Any]:
        """Status and answer."""
        texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
        asked = {"app_id": self.application.id, "api_key": api_key or self.owner.api_key, **texts}
        response = self.client.post(path, asked)
        return response.status_code, json.loads(response.content)

    def read(self, path: str, **parameters: Any) -> Any:
        status, answer = self.ask(path, **parameters)
        assert status == 200, answer
        return answer

    def profile(self, device_id: str = "d1") -> dict[str, Any]:
        found = mongo.collection(f"app_users{self.application.id}").find_one({"did": device_id})
        assert found is not None
        return found

    def documents(self, collection: str) -> list[dict[str, Any]]:
        """Those that the collection holds of the application (`a`)."""
        return list(mongo.collection(collection).find({"a": self.application.id}))


def a_monday_ms() -> int:
    """Midnight, two whole weeks before the running one."""
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return int(today.timestamp()) * 1000 - (today.weekday() + 14) * DAY_MS


@pytest.fixture
def traffic(db: None) -> Traffic:
    return Traffic()


@pytest.fixture
def web_traffic(db: None) -> Traffic:
    return Traffic("web")
