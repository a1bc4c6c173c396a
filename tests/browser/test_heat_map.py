"""Clicks that the web SDK tells of, on the dashboard's heat map and over the page itself."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visitor
from tests.stack import ROOT, Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

PAGE = """<!doctype html><title>Shop</title><body style="margin:0;height:2000px">
<button id="buy" style="position:absolute;left:200px;top:400px">Buy</button>
<script src="countly.min.js"></script>
<script>
  Countly.init({app_key: "KEY", url: "SERVER", device_id: "d1", interval: 100, ignore_bots: false});
  Countly.track_sessions(); Countly.track_pageview(); Countly.track_clicks();
</script>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A page on another origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_clicks_are_drawn_over_the_page_itself(
    stack: Stack, visitor: Visitor, chromium: Browser, site: str, tmp_path: Path
) -> None:
    application = stack.create_application("Clicked shop", timezone="UTC", type="web")
    (tmp_path / "shop.html").write_text(PAGE.replace("KEY", application.key).replace("SERVER", stack.url))
    library = ROOT / "node_modules/countly-sdk-web/lib/countly.min.js"
    (tmp_path / "countly.min.js").write_bytes(library.read_bytes())

    customer = chromium.new_page()
    customer.goto(f"{site}/shop.html")
    with customer.expect_response(
        lambda answer: "/i" in answer.url and "action" in (answer.request.post_data or answer.url)
    ):
        customer.click("#buy")
    customer.close()
    stack.flush()

    page = visitor.page
    page.goto(f"{stack.url}/applications/{application.id}/views/heat-map?period=7days")
    page.wait_for_selector("text=Clicks on /shop.html")
    assert page.inner_text("#table tbody tr:first-child td.number") == "1"
    drawn = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    assert page.locator("#heat-map-canvas").evaluate(drawn)

    page.fill("#heat-map-address", f"{site}/shop.html")
    visitor.allows_failed_requests = True
    with page.expect_popup() as opened:
        page.click("text=Show it on the page")
    popup = opened.value
    popup.wait_for_selector("#tally-heat-map [role=status]:has-text('1')")
    assert popup.locator("#tally-heat-map canvas").evaluate(drawn)
    left, top = 0.0, 0.0
    box = popup.locator("#buy").bounding_box()
    assert box
    left, top = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    at = "(canvas, [x, y]) => canvas.getContext('2d').getImageData(x, y, 1, 1).data[3]"
    assert popup.locator("#tally-heat-map canvas").evaluate(at, [round(left), round(top)]) > 0
    popup.close()
