"""`countly-sdk-web` in Debian's chromium, on a page of another origin than the server."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Response, sync_playwright

from apps.shell.snippets import snippets
from tests.sdk.conftest import CLIENTS, PACKAGES, set_salt, skip
from tests.sdk.reading import figures_of, read, today_of, zone_at_noon
from tests.stack import Stack

pytestmark = [pytest.mark.sdk, pytest.mark.stack, pytest.mark.browser]

CHROMIUM = shutil.which("chromium")
EVERY_FIRST = {"t": 1, "n": 1, "u": 1}
#: The SDK sends nothing for visitors that call themselves headless.
OF_A_PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
TIMEOUT_MS = 30_000


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None: ...


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    sdk = PACKAGES / "countly-sdk-web" / "lib" / "countly.min.js"
    if not sdk.is_file():
        skip("the SDKs are not installed: `npm ci`")
    shutil.copy(sdk, folder)
    shutil.copy(CLIENTS / "page.html", folder)
    with served(folder) as address:
        yield f"{address}/page.html"


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address under which the files of a folder are a site of their own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("salt", ["", "pepper"], ids=["plain", "signed"])
def test_session_of_a_browser(stack: Stack, site: str, browser: Browser, salt: str) -> None:
    application = stack.create_application("Web", timezone=zone_at_noon(), country="NL", type="web")
    set_salt(stack, application, salt)
    options = {"url": stack.url, "app_key": application.key, "device_id": "web-1", "salt": salt}
    # The session's begin and end, the events, and the health of the SDK itself.
    assert visit(browser, f"{site}?{urlencode(options)}", 4) == [["POST", 200, {"result": "Success"}]] * 4
    stack.flush()
    day = today_of(application)
    assert figures_of(day, read(stack, application, "users")) == {
        "e": 4,
        "t": 1,
        "n": 1,
        "u": 1,
        "d": 12,
        "f": {"0": 1},
        "ds": {"1": 1},
        "NL": EVERY_FIRST,
    }
    assert figures_of(day, read(stack, application, "device_details")) == dict.fromkeys(
        ("Linux", "l6:1", "3:4:5", "1280x720", "desktop"), EVERY_FIRST
    )
    assert figures_of(day, read(stack, application, "devices")) == {"Desktop": EVERY_FIRST}
    sign_ups = read(stack, application, "events", event="sign_up", segmentation="plan")
    assert figures_of(day, sign_ups) == {"team &amp; co": {"c": 1, "dur": 5}}
    depths = read(stack, application, "events", event="scroll_depth")
    assert figures_of(day, depths) == {"c": 3, "s": 0.75}


def test_snippet_of_the_dashboard_pasted_into_a_page(stack: Stack, tmp_path: Path, browser: Browser) -> None:
    application = stack.create_application("Shop", timezone=zone_at_noon(), country="NL", type="web")
    code = next(one.code for one in snippets(application.key, stack.url) if one.id == "html")
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Shop</title><h1>Shop</h1>{code}")
    with served(tmp_path) as address, browser.new_context(user_agent=OF_A_PERSON) as context:
        answers = visit(context, f"{address}/index.html", 2)
    assert [status for _, status, _ in answers] == [200, 200]
    stack.flush()
    day = figures_of(today_of(application), read(stack, application, "users"))
    assert {name: day[name] for name in EVERY_FIRST} == EVERY_FIRST


def visit(browser: Browser | BrowserContext, address: str, expected: int) -> list[Any]:
    """What the server answered to the SDK, until as many requests were answered as expected."""
    answers: list[Any] = []

    def is_last(response: Response) -> bool:
        if urlsplit(response.url).path == "/i":
            answers.append([response.request.method, response.status, response.json()])
        return len(answers) == expected

    page = browser.new_page()
    page.set_viewport_size({"width": 1280, "height": 720})
    with page.expect_event("response", is_last, timeout=TIMEOUT_MS):
        page.goto(address)
    page.close()
    return answers
