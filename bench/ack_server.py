"""What `bench.ack` serves: the product, and on `/bare` an answer for which nothing is done."""

from typing import Any

from countly_site.asgi import application as product

START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", b"20")],
}
BODY = {"type": "http.response.body", "body": b'{"result":"Success"}'}


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["path"] != "/bare":
        await product(scope, receive, send)
        return
    if scope["method"] == "POST":
        while (await receive()).get("more_body"):
            pass
    await send(START)
    await send(BODY)
