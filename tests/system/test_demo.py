import io
import json
from collections import Counter
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from threading import Thread
from typing import ClassVar

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.core import clock
from apps.system.demo.sending import SendingFailed, send
from apps.system.demo.traffic import DAY_MS, demo_requests
from apps.system.supervision import embedded
from tests.stack import Stack

UNTIL_MS = 1_741_775_400_000


def test_demo_requests_are_the_same_for_the_same_seed():
    one = demo_requests(seed=1, users=20, days=3, until_ms=UNTIL_MS)
    assert one == demo_requests(seed=1, users=20, days=3, until_ms=UNTIL_MS)
    assert one != demo_requests(seed=2, users=20, days=3, until_ms=UNTIL_MS)


def test_demo_requests_are_what_an_sdk_would_send():
    requests = demo_requests(seed=1, users=200, days=7, until_ms=UNTIL_MS)
    times = [request["timestamp"] for request in requests]
    assert times == sorted(times)
    assert UNTIL_MS - 8 * DAY_MS < times[0] < times[-1] <= UNTIL_MS
    by_device: dict[str, list[dict]] = {}
    for request in requests:
        by_device.setdefault(request["device_id"], []).append(request)
    assert 190 < len(by_device) <= 200
    assert sum(sum("begin_session" in one for one in own) > 1 for own in by_device.values()) > 100
    for own in by_device.values():
        markers = [name for one in own for name in ("begin_session", "end_session") if name in one]
        assert markers[::2] == ["begin_session"] * len(markers[::2])
        assert all(first != second for first, second in pairwise(markers))
    events = Counter(event["key"] for one in requests if "events" in one for event in json.loads(one["events"]))
    assert set(events) == {"Search", "Add to Cart", "Purchase"}


class BusyServer(BaseHTTPRequestHandler):
    """Asks the first sender to wait, then takes everything."""

    statuses: ClassVar[list[int]] = []
    bodies: ClassVar[list[dict]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.bodies.append(body)
        self.send_response(status)
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(b"no")

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def busy_server():
    server = HTTPServer(("127.0.0.1", 0), BusyServer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    BusyServer.statuses, BusyServer.bodies = [], []
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_sending_waits_when_the_server_is_busy_and_keeps_the_order(busy_server: str):
    BusyServer.statuses = [503, 503]
    requests = [{"device_id": str(number)} for number in range(1001)]
    done: list[int] = []
    send(busy_server, "key", requests, done.append)
    assert done == [500, 1000, 1001]
    assert [body["app_key"] for body in BusyServer.bodies] == ["key"] * 3
    assert [one for body in BusyServer.bodies for one in body["requests"]] == requests


def test_sending_says_what_the_server_refuses(busy_server: str):
    BusyServer.statuses = [400]
    with pytest.raises(SendingFailed, match=rf"^{busy_server}/i/bulk answers 400: no$"):
        send(busy_server, "key", [{}], lambda _: None)


def test_sending_says_when_nobody_answers():
    url = f"http://127.0.0.1:{embedded.free_port()}"
    with pytest.raises(SendingFailed, match=rf"^{url}/i/bulk cannot be reached: .*refused\.$"):
        send(url, "key", [{}], lambda _: None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--days=0"], "--days and --users must be at least 1."),
        (["--users=0"], "--days and --users must be at least 1."),
        (["--url=file:///etc/passwd", "--app-key=k"], "--url must begin with http:// or https://, not 'file"),
    ],
)
def test_send_demo_refuses_nonsense(arguments: list[str], message: str):
    with pytest.raises(CommandError, match=message):
        call_command("send_demo", *arguments, stdout=io.StringIO())


@pytest.mark.stack
def test_send_demo_is_counted_to_the_last_request(stack: Stack):
    output = stack.manage("send_demo", "--days=2", "--users=40")
    application = stack.database().apps.find_one({"name": "Demo"})
    assert "requests of 40 users over 2 days in " in output
    assert output.strip().endswith(f"to app key {application['key']}.")
    stack.flush()
    requests = demo_requests(seed=1, users=40, days=2, until_ms=clock.now_ms())
    users = list(stack.database()[f"app_users{application['_id']}"].find())
    assert {user["did"] for user in users} <= {request["device_id"] for request in requests}
    sent = int(output.split("Sent ")[1].split()[0].replace(",", ""))
    assert abs(sent - len(requests)) < 30  # now has moved on between the two
    begun = sum("begin_session" in request for request in requests)
    assert abs(sum(user["sc"] for user in users) - begun) < 10
    stack.manage("send_demo", "--days=1", "--users=1")
    assert stack.database().apps.count_documents({"name": "Demo"}) == 1
