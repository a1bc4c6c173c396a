"""A cheap sender of SDK traffic, in a process of its own: `python -m bench.sdk_load PORT PATH SECONDS [APP_KEY]`.

Half of the requests are GET with metrics, half POST with three events, from 10,000 devices over 32 connections that
each wait for their answer before they go on. Prints one line of JSON: requests, seconds, latencies_ms.
"""

import asyncio
import json
import random
import sys
import time
from urllib.parse import urlencode

import uvloop

from bench.flush_pure import events, metrics

CONNECTIONS = 32
DEVICES = 10_000
TEMPLATES = 500
WARM_UP_SECONDS = 1.0
EXPECTED = b'{"result":"Success"}'


class Traffic:
    """Texts of requests. No two are the same: each has a time of its own."""

    def __init__(self, path: str, app_key: str) -> None:
        choose = random.Random(7)
        common = f"app_key={app_key}&sdk_name=java-native-android&sdk_version=25.4.1&hour=11&dow=3&tz=60"
        self.queries = [
            f"&{common}&begin_session=1&{urlencode({'metrics': json.dumps(metrics(choose))})}".encode()
            for _ in range(TEMPLATES)
        ]
        self.bodies = [
            f"&{common}&{urlencode({'events': json.dumps(events(choose))})}".encode() for _ in range(TEMPLATES)
        ]
        self.path = path.encode()
        self.headers = b"Host: bench\r\nUser-Agent: Dalvik/2.1.0 (Linux; U; Android 14)\r\nAccept-Encoding: gzip\r\n"
        self.devices = [b"device-%d" % number for number in range(DEVICES)]
        self.start_ms = int(time.time() * 1000) - 3_600_000
        self.number = 0

    def next(self) -> bytes:
        self.number += 1
        number = self.number
        who = b"device_id=%b&timestamp=%d" % (self.devices[number * 7919 % DEVICES], self.start_ms + number)
        if number % 2:
            query = self.queries[number % TEMPLATES]
            return b"GET %b?%b%b HTTP/1.1\r\n%b\r\n" % (self.path, who, query, self.headers)
        body = who + self.bodies[number % TEMPLATES]
        return (
            b"POST %b HTTP/1.1\r\n%bContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%b"
            % (
                self.path,
                self.headers,
                len(body),
                body,
            )
        )


class Connection(asyncio.Protocol):
    def __init__(self, traffic: Traffic, latencies: list[float], ended: "asyncio.Future[None]") -> None:
        self.traffic, self.latencies, self.ended = traffic, latencies, ended
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        self.sent_at = time.perf_counter()
        self.transport.write(self.traffic.next())

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.received.endswith(EXPECTED):
            _head, separator, body = self.received.partition(b"\r\n\r\n")
            if separator and not EXPECTED.startswith(body):
                self.fail(RuntimeError(self.received.decode(errors="replace")))
            return
        self.latencies.append(time.perf_counter() - self.sent_at)
        self.received = b""
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        self.fail(error or ConnectionError("closed by the server"))

    def fail(self, error: Exception) -> None:
        if not self.ended.done():
            self.ended.set_exception(error)


async def send(port: int, path: str, seconds: float, app_key: str) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    traffic = Traffic(path, app_key)
    latencies: list[float] = []
    ended = loop.create_future()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: Connection(traffic, latencies, ended), "127.0.0.1", port)
    await _run(ended, WARM_UP_SECONDS)
    latencies.clear()
    started = time.perf_counter()
    await _run(ended, seconds)
    took, measured = time.perf_counter() - started, latencies[:]
    ended.cancel()
    return {"requests": len(measured), "seconds": took, "latencies_ms": [round(one * 1000, 3) for one in measured]}


async def _run(ended: "asyncio.Future[None]", seconds: float) -> None:
    done, _ = await asyncio.wait([ended], timeout=seconds)
    for future in done:
        future.result()


if __name__ == "__main__":
    port_text, path, seconds_text, *key = sys.argv[1:]
    print(json.dumps(uvloop.run(send(int(port_text), path, float(seconds_text), key[0] if key else ""))))
