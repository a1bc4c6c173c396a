"""A sender like an SDK's: each device sends its requests in order and repeats each until it is acknowledged.

The log holds what was acknowledged. It is the truth that the database is compared with.
"""

import http.client
import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

RETRY_SECONDS = 0.05
ANSWER_TIMEOUT_SECONDS = 15
FIRST_MS = 1_741_700_000_000  # 11 March 2025
SESSION_GAP_MS = 3_600_000  # far beyond the cooldown between sessions
REQUESTS_PER_SESSION = 4


@dataclass(frozen=True)
class Sent:
    """What one request says, as far as it is counted."""

    begins: bool = False
    seconds: int = 0
    event: str = ""
    amount: float = 0.0


@dataclass
class Log:
    sent: list[Sent] = field(default_factory=list)
    devices: set[str] = field(default_factory=set)
    attempts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, device: str, sent: Sent, attempts: int) -> None:
        with self.lock:
            self.sent.append(sent)
            self.devices.add(device)
            self.attempts += attempts

    def expected(self) -> dict[str, float]:
        totals: Counter[str] = Counter()
        for sent in self.sent:
            totals["sessions"] += sent.begins
            totals["seconds"] += sent.seconds
            if sent.event:
                totals[f"{sent.event} count"] += 1
                totals[f"{sent.event} sum"] += round(sent.amount * 100)
        totals["new users"] = len(self.devices)
        return {name: total for name, total in totals.items() if total}


def script(seed: int) -> "list[tuple[Sent, dict[str, str]]]":
    """The endless sequence of one device begins like this: 25 sessions."""
    choose = random.Random(seed)
    requests = []
    for session in range(25):
        start_ms = FIRST_MS + session * SESSION_GAP_MS + seed
        seconds = choose.randrange(1, 120)
        key, amount = choose.choice(["buy", "look", "share"]), choose.randrange(1, 1000) / 100
        events = json.dumps([{"key": key, "count": 1, "sum": amount, "segmentation": {"plan": choose.choice("abc")}}])
        metrics = json.dumps({"_os": choose.choice(["Android", "iOS"]), "_app_version": "1.2"})
        requests += [
            (Sent(begins=True), {"begin_session": "1", "metrics": metrics, "timestamp": str(start_ms)}),
            (Sent(event=key, amount=amount), {"events": events, "timestamp": str(start_ms + 1000)}),
            (Sent(seconds=seconds), {"session_duration": str(seconds), "timestamp": str(start_ms + 200_000)}),
            (Sent(), {"end_session": "1", "timestamp": str(start_ms + 201_000)}),
        ]
    return requests


class Sender(threading.Thread):
    """Serves some devices in turn until told to stop; a request that was begun is finished."""

    def __init__(self, port: int, app_key: str, name: str, log: Log, devices: int, repeat: bool = False) -> None:
        super().__init__(name=name, daemon=True)
        self.port, self.app_key, self.log = port, app_key, log
        self.repeat = repeat  # send each acknowledged request up to four times more
        self.enough = threading.Event()
        self.choose = random.Random(name)
        self.scripts = {f"{name}-{number}": iter(script(self.choose.randrange(10**6))) for number in range(devices)}
        self.again: list[tuple[str, str]] = []
        self.connection: http.client.HTTPConnection | None = None
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            while self.scripts and not self.enough.is_set():
                self.send_next(self.choose.choice(list(self.scripts)))
            while self.again:
                self.send_until_acknowledged(*self.again.pop())
        except Exception as error:
            self.failure = error
        finally:
            self.hang_up()

    def send_next(self, device: str) -> None:
        step = next(self.scripts[device], None)
        if step is None:
            del self.scripts[device]
            return
        sent, parameters = step
        body = urlencode({"app_key": self.app_key, "device_id": device, **parameters})
        method = "GET" if sent.begins else "POST"
        attempts = self.send_until_acknowledged(method, body)
        self.log.note(device, sent, attempts)
        if self.repeat:
            self.again += [(method, body)] * self.choose.randrange(5)
            for _ in range(self.choose.randrange(3)):
                if self.again:
                    self.send_until_acknowledged(*self.again.pop(self.choose.randrange(len(self.again))))

    def send_until_acknowledged(self, method: str, body: str) -> int:
        """Returns the number of attempts."""
        attempts = 0
        while True:
            attempts += 1
            status = self.send(method, body)
            if status == 200:
                return attempts
            if status is not None and status < 500:
                raise AssertionError(f"refused for good with status {status}: {body}")
            if attempts > 2000:
                raise AssertionError("never acknowledged")
            time.sleep(RETRY_SECONDS)

    def hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def send(self, method: str, body: str) -> int | None:
        """The status; None when the outcome is unknown."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_TIMEOUT_SECONDS)
            if method == "GET":
                self.connection.request("GET", f"/i?{body}")
            else:
                headers = {"Content-Type": "application/x-www-form-urlencoded"}
                self.connection.request("POST", "/i", body, headers)
            response = self.connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.hang_up()
            return None
        if response.status == 200 and answer.get("result") != "Success":
            raise AssertionError(f"an answer that is no success: {answer}")
        return response.status
