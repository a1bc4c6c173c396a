"""The API calls that panels offer beside their figures, on every page."""

import html
import re

import pytest
from django.test import Client

from apps.shell.visits import API_KEY
from apps.tasks import tasks
from tests.security.people import world
from tests.security.screens import rows, served
from tests.security.stains import populate

pytestmark = pytest.mark.django_db

PANEL = re.compile(r'id="([\w-]+)-menu"')
CALL = re.compile(r'id="([\w-]+)-curl" hidden>curl &#x27;http://testserver(.*?)&#x27;<')
#: Ends of routes and panels: what comes in just now, what an SDK needs, and the actions of a dashboard.
WITHOUT = (("/live", "latest"), ("/connect", "facts"), ("/<str:dashboard_id>", "board"))


def test_every_panel_with_figures_offers_a_call_that_is_answered(monkeypatch):
    monkeypatch.setattr(tasks.task_run_waiting, "delay", lambda: None)
    made = world()
    parts = populate(made)
    admin = made.people["global admin"]
    client = Client()
    client.force_login(admin)
    client.get(f"/applications/{made.shop.id}/overview")  # the one in the sidebar of all other pages
    missing, unanswered, count = [], [], 0
    for page in served():
        if page.screen is None or rows()[page.route][0] == "post":
            continue
        text = client.get(page.path(**parts), {"period": "30days"}).content.decode()
        calls = dict(CALL.findall(text))
        without = [panel for end, panel in WITHOUT if page.route.endswith(end)]
        missing += [(page.route, panel) for panel in PANEL.findall(text) if panel not in (*calls, *without)]
        for panel, call in calls.items():
            count += 1
            answer = Client().get(html.unescape(call).replace(API_KEY, admin.api_key))
            if answer.status_code != 200 or answer.content == b"{}":
                unanswered.append((page.route, panel, call, answer.status_code, answer.content[:100]))
    assert count > 100
    assert unanswered == []
    assert missing == []
