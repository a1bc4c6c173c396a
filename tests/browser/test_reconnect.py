"""The line to the server breaks; the screen says so, heals by itself and shows what it missed."""

import httpx
import pytest

from tests.browser.conftest import send

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.alone]


def test_screen_heals_after_the_web_process_died(mortal_stack, visitor_on):
    application = mortal_stack.create_application("Broken line")
    send(mortal_stack, application, "one", begin_session="1")
    visitor = visitor_on(on=mortal_stack)
    visitor.open(application)
    visitor.wait_for_figure("sessions", "1")
    visitor.allows_failed_requests = True

    mortal_stack.kill("web")
    visitor.page.wait_for_selector("#live[data-state=lost]")
    mortal_stack.wait_until(lambda: is_acknowledged(mortal_stack, application))

    visitor.wait_for_figure("sessions", "2")
    visitor.page.wait_for_selector("#live[data-state=live]")


def is_acknowledged(stack, application) -> bool:
    try:
        send(stack, application, "two", begin_session="1")
    except httpx.TransportError:  # nobody there yet
        return False
    return True
