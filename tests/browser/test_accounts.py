import os
from pathlib import Path

import pytest

from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.stack]

SCREENS = ("/account", "/account/tokens", "/manage/members", "/manage/members/new")


def test_screens_of_accounts_run_without_complaints(visitor_on):
    """And fit a telephone. What must never happen on a page is collected by the visitor."""
    for viewport in (None, PHONE):
        visitor = visitor_on(viewport) if viewport else visitor_on(color_scheme="dark")
        for path in SCREENS:
            visitor.page.goto(visitor.stack.url + path)
            visitor.page.wait_for_selector("#screen-body h1")
            width = visitor.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert (path, width) == (path, 0)
            if folder := os.environ.get("SCREENSHOTS"):
                name = f"{path.strip('/').replace('/', '-')}-{'phone' if viewport else 'wide'}.png"
                visitor.page.screenshot(path=Path(folder) / name, full_page=True)


def test_token_is_made_in_the_drawer_and_deleted(visitor):
    page = visitor.page
    page.goto(f"{visitor.stack.url}/account/tokens")
    page.click("[data-opens='#new-token']")
    page.fill("#purpose", "Screen in the hall")
    page.click("#new-token button[type=submit]")
    page.wait_for_selector("th:has-text('Screen in the hall')")
    page.click("tr:has-text('Screen in the hall') form button")
    page.click("#confirm [data-yes]")
    page.wait_for_selector("text=No token yet.")


def test_member_is_made_with_a_grid_of_rights(visitor):
    page, members = visitor.page, visitor.stack.database().members
    page.goto(f"{visitor.stack.url}/manage/members/new")
    for name, value in {
        "full_name": "Eve",
        "username": "eve",
        "email": "eve@example.com",
        "password": "Eves-Word-1",
    }.items():
        page.fill(f"#{name}", value)
    page.click("button:has-text('Make and invite')")
    page.wait_for_selector("#member-actions")
    try:
        assert members.find_one({"username": "eve"})["permission"]["_"] == {"a": [], "u": [[]]}
    finally:
        members.delete_one({"username": "eve"})
