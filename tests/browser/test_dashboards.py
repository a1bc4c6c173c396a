"""A dashboard in a browser: alive for all its applications, arranged by keyboard, with a drawer for widgets."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import Visitor
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def call(stack: Stack, path: str, **sent: Any) -> Any:
    answer = httpx.post(stack.url + path, json={"api_key": stack.api_key, **sent}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def begin(stack: Stack, key: str, device: str) -> None:
    query = {"app_key": key, "device_id": device, "begin_session": "1", "metrics": '{"_os":"iOS"}'}
    assert httpx.get(f"{stack.url}/i", params=query, timeout=30).status_code == 200
    stack.flush()


def test_a_dashboard_is_alive_and_can_be_arranged(stack: Stack, visitor: Visitor) -> None:
    here, other = (stack.create_application(f"Shop {name}", timezone="UTC") for name in "AB")
    begin(stack, here.key, "one")
    board = call(stack, "/i/dashboards/create", name="Launch", share_with="none")
    session = {"widget_type": "analytics", "data_type": "session"}
    wanted = [
        {**session, "apps": [here.id, other.id], "visualization": "number", "metrics": ["t"], "title": "Both"},
        {**session, "apps": [here.id, other.id], "visualization": "time-series", "metrics": ["t"]},
        {"widget_type": "note", "apps": [], "title": "Plan", "contenthtml": "<a href='https://example.com'>plan</a>"},
        {
            "widget_type": "analytics",
            "data_type": "technology",
            "breakdowns": ["platforms"],
            "apps": [here.id],
            "visualization": "table",
        },
    ]
    for widget in wanted:
        call(stack, "/i/dashboards/add-widget", dashboard_id=board, widget=widget)
    page = visitor.page
    page.goto(f"{stack.url}/applications/{here.id}/dashboards/{board}?period=7days")
    page.wait_for_selector("#live[data-state=live]")
    of_other = f".tile[data-metric='{other.id}-t'] .tile-figure data"
    assert page.inner_text(of_other) == "0"
    begin(stack, other.key, "one")
    page.wait_for_function("where => document.querySelector(where).textContent === '1'", arg=of_other, timeout=10_000)

    page.click("text=Arrange")
    first = page.locator(".board-cell").first
    first.get_by_role("button", name="Make Both wider").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".board-cell.w7")
    page.click("text=Done")

    page.click("text=Add a widget")
    page.wait_for_selector("#widget-drawer:modal")
    page.click("#widget-drawer >> text=Sessions")
    page.wait_for_selector("#widget-drawer:modal input[name=title]")


def test_widgets_are_dragged_and_sized_with_a_pointer(stack: Stack, visitor: Visitor) -> None:
    application = stack.create_application("Shop", timezone="UTC")
    begin(stack, application.key, "one")
    board = call(stack, "/i/dashboards/create", name="Launch", share_with="none")
    number = {"widget_type": "analytics", "data_type": "session", "visualization": "number", "metrics": ["t"]}
    for title in "ABCDEFGH":
        call(
            stack,
            "/i/dashboards/add-widget",
            dashboard_id=board,
            widget={**number, "apps": [application.id], "title": title},
        )
    page = visitor.page
    page.set_viewport_size({"width": 1440, "height": 700})
    page.goto(f"{stack.url}/applications/{application.id}/dashboards/{board}?period=7days&arrange=1")
    page.wait_for_selector("#live[data-state=live]")

    def order() -> str:
        return "".join(page.locator(".board-cell h2").all_inner_texts())

    def cell(title: str) -> Locator:
        return page.locator(".board-cell", has=page.get_by_role("heading", name=title, exact=True))

    def grab(title: str, handle: str) -> tuple[float, float]:
        box = cell(title).locator(handle).bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        return x, y

    def over(title: str, share: float) -> None:
        box = cell(title).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2, steps=6)

    def settled(wanted: str) -> None:
        page.wait_for_function(
            "wanted => [...document.querySelectorAll('.board-cell h2')].map(one => one.innerText).join('') === wanted",
            arg=wanted,
            timeout=10_000,
        )

    # Moved behind another one, while figures arrive: nothing jumps, and they are shown once it is let go.
    assert order() == "ABCDEFGH"
    grab("A", "[data-drag]")
    over("D", 0.8)
    begin(stack, application.key, "two")
    page.wait_for_timeout(2_000)
    assert order() == "ABCDEFGH"
    assert page.locator(".board-cell.is-dragged").count() == 1
    assert page.locator(".board-cell.is-after").count() == 1
    page.mouse.up()
    settled("BCDAEFGH")
    page.wait_for_function(
        "() => document.querySelector('.board-cell .tile-figure data').textContent === '2'", timeout=10_000
    )

    # Escape and letting go where it came from change nothing.
    grab("B", "[data-drag]")
    over("C", 0.9)
    page.keyboard.press("Escape")
    page.mouse.up()
    x, y = grab("B", "[data-drag]")
    page.mouse.move(x + 9, y + 9, steps=3)
    page.mouse.up()
    assert order() == "BCDAEFGH"
    assert page.locator(".is-dragged, .is-before, .is-after").count() == 0

    # Sized: what it will be is outlined, and it snaps to columns and rows.
    x, y = grab("B", "[data-resize]")
    column = page.evaluate("document.querySelector('.board-cell').parentElement.clientWidth / 12")
    page.mouse.move(x - 2.2 * column, y + 150, steps=6)
    assert page.inner_text(".board-outline").startswith("4 ")
    page.mouse.up()
    page.wait_for_selector(".board-cell.w4:has-text('B')")
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    layout = httpx.get(
        f"{stack.url}/o/dashboards/widget-layout",
        params={"api_key": stack.api_key, "dashboard_id": board},
        timeout=30,
    )
    ((columns, rows),) = (one["size"] for one in layout.json() if one["size"] != [6, 2])
    assert (columns, rows > 2) == (4, True)

    # Near the edge of the window the page scrolls: the last place can be reached from the first.
    lowest = page.evaluate("document.documentElement.scrollHeight - innerHeight")
    assert lowest > 100
    grab("B", "[data-drag]")
    page.mouse.move(720, 690, steps=6)
    page.wait_for_function("lowest => Math.abs(scrollY - lowest) < 2", arg=lowest, timeout=10_000)
    over("H", 0.9)
    page.mouse.up()
    settled("CDAEFGHB")
