"""A dashboard in a browser: alive for all its applications, arranged by keyboard, with a drawer for widgets."""

from typing import Any

import httpx
import pytest

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
