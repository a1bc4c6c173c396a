"""Debian's chromium, driven by playwright, against the running product."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from apps.applications.info import ApplicationInfo
from tests.stack import Stack

CHROMIUM = shutil.which("chromium")
SESSIONS: dict[str, list[Any]] = {}  # cookies by the address of the product
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not longer than a module: while playwright's event loop runs, Django refuses its database in this thread."""
    if CHROMIUM is None:
        assert os.environ.get("CI") != "true", "chromium is not installed"
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A person in front of a browser, logged in. What must never happen on a page is collected."""

    page: Page
    stack: Stack
    complaints: list[str] = field(default_factory=list)
    allows_failed_requests: bool = False
    has_left: bool = False

    def listen(self) -> None:
        self.page.on("pageerror", lambda error: self._complain(f"exception: {error}"))
        self.page.on("console", lambda message: message.type in ("error", "warning") and self._console(message.text))
        self.page.on("request", lambda request: self._request(request.url))

    def _complain(self, text: str) -> None:
        # Closing a page breaks off what it is reading: that says nothing about the page.
        if not self.has_left:
            self.complaints.append(text)

    def _console(self, text: str) -> None:
        # htmx tells a read that a newer one replaces (hx-sync) as an error; one that fails is told as sendError too.
        if text.startswith(("htmx:sendAbort", "htmx:afterRequest")):
            return
        is_network = "ERR_" in text or "WebSocket connection" in text or "Failed to load resource" in text
        if not (self.allows_failed_requests and is_network):
            self._complain(f"console: {text}")

    def _request(self, url: str) -> None:
        if urlsplit(url).scheme != "data" and urlsplit(url).netloc != urlsplit(self.stack.url).netloc:
            self._complain(f"request to another host: {url}")

    def leave(self) -> None:
        for page in self.page.context.pages:
            page.evaluate("() => 0")  # what the page complained of until now comes before this answer
        self.has_left = True
        self.page.context.close()

    def be_logged_in(self) -> None:
        """With a session that visitors share; whoever ends his takes one of his own by `log_in`."""
        cookies = SESSIONS.get(self.stack.url)
        if cookies is None:
            self.log_in()
            SESSIONS[self.stack.url] = self.page.context.cookies()
        else:
            self.page.context.add_cookies(cookies)
            self.page.goto(f"{self.stack.url}/account")

    def log_in(self) -> None:
        self.page.goto(f"{self.stack.url}/login")
        self.page.fill("[name=username]", self.stack.username)
        self.page.fill("[name=password]", self.stack.password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(lambda url: not url.endswith("/login"))

    def open(self, application: ApplicationInfo, query: str = "period=7days") -> None:
        self.page.goto(f"{self.stack.url}/applications/{application.id}/overview?{query}")
        self.page.wait_for_selector("#live[data-state=live]")

    def figure(self, metric: str) -> str:
        return self.page.inner_text(f".tile[data-metric={metric}] .tile-figure data")

    def wait_for_figure(self, metric: str, text: str) -> None:
        self.page.wait_for_function(
            "([metric, text]) => document.querySelector(`.tile[data-metric=${metric}] .tile-figure data`)"
            "?.textContent === text",
            arg=[metric, text],
            timeout=20_000,
        )


@pytest.fixture
def visitor_on(stack: Stack, chromium: Browser):
    """`visitor_on(viewport, color_scheme, locale="de")`; every visitor must leave without complaints."""
    visitors: list[Visitor] = []

    def enter(
        viewport: dict[str, int] = WIDE, color_scheme: str = "light", on: Stack = stack, locale: str = "en-US"
    ) -> Visitor:
        context = chromium.new_context(
            viewport=viewport, color_scheme=color_scheme, reduced_motion="reduce", locale=locale
        )
        visitor = Visitor(context.new_page(), on)
        visitor.listen()
        visitor.be_logged_in()
        visitors.append(visitor)
        return visitor

    yield enter
    for visitor in visitors:
        visitor.leave()
        assert visitor.complaints == []


@pytest.fixture
def visitor(visitor_on) -> Visitor:
    return visitor_on()


def send(stack: Stack, application: ApplicationInfo, device_id: str, **parameters: str) -> None:
    """One request of an SDK; returns when it is acknowledged."""
    query = {"app_key": application.key, "device_id": device_id, **parameters}
    answer = httpx.get(f"{stack.url}/i", params=query, timeout=30)
    assert answer.json() == {"result": "Success"}
