"""Which pages may open a socket with the session of their visitor."""

import asyncio

import pytest
from asgiref.testing import ApplicationCommunicator

from apps.live.origins import OwnOrigin
from countly_site.asgi import application

HOST = "tally.example.com"


async def accepting(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})


def opens(app, **headers: str) -> bool:
    async def attempt() -> bool:
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        socket = ApplicationCommunicator(app, {"type": "websocket", "path": "/ws/", "headers": sent})
        await socket.send_input({"type": "websocket.connect"})
        answer = await socket.receive_output(5)
        return answer["type"] == "websocket.accept"

    return asyncio.run(attempt())


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"host": HOST, "origin": f"https://{HOST}"}, True),
        ({"host": f"{HOST}:8000", "origin": f"http://{HOST.upper()}:8000"}, True),
        ({"host": "[::1]:8000", "origin": "http://[::1]:8000"}, True),
        ({"host": HOST}, True),
        ({"host": HOST, "origin": "https://trusted.example.com"}, True),
        ({"host": HOST, "origin": "https://evil.example.com"}, False),
        ({"host": HOST, "origin": f"https://{HOST}:8443"}, False),
        ({"host": HOST, "origin": f"https://{HOST}.evil.example.com"}, False),
        ({"host": HOST, "origin": "null"}, False),
        ({"host": HOST, "origin": "https://[::1"}, False),
        ({"host": HOST, "origin": ""}, False),
        ({"host": "evil.example.com", "origin": "https://evil.example.com"}, False),
        ({"origin": f"https://{HOST}"}, False),
    ],
)
def test_only_pages_of_this_host_open_sockets(settings, headers, expected):
    settings.ALLOWED_HOSTS = [f".{HOST}", "[::1]"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example.com"]
    assert opens(OwnOrigin(accepting), **headers) is expected


def test_whatever_the_host_is_called_other_origins_stay_out(settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert opens(OwnOrigin(accepting), host="10.0.0.5:8000", origin="http://10.0.0.5:8000")
    assert not opens(OwnOrigin(accepting), host="10.0.0.5:8000", origin="https://evil.example.com")


def test_the_product_has_the_rule():
    assert isinstance(application.application_mapping["websocket"], OwnOrigin)
