"""A server that notes what reaches it and answers as it is told: the other end of redirects and hooks."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Target:
    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.answer(200, b'{"result":"Success"}')
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        """From now on."""
        self._answer = (status, body, headers)

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_of(target: Target) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            target.seen.append(Seen(self.command, self.path, self.headers, body))
            status, content, headers = target._answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815  the standard library's name

        def log_message(self, *arguments: object) -> None:
            """Not on the screen of the test run."""

    return Handler


@pytest.fixture
def target() -> Iterator[Target]:
    made = Target()
    yield made
    made.stop()
