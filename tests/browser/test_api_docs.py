"""Both readers of the API description work under our content security policy, from files of this server alone."""

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_swagger_ui_calls_a_method_of_o(stack, visitor):
    application = stack.create_application("Documented")
    page = visitor.page
    page.goto(f"{stack.url}/api/docs#/Analytics/o_method_get_period_obj")
    operation = page.locator("#operations-Analytics-o_method_get_period_obj")
    operation.locator("button.try-out__btn").click()
    operation.locator("tr[data-param-name=app_id] input").fill(application.id)
    page.get_by_role("button", name="Authorize").first.click()
    page.locator(".auth-container").filter(has_text="API key of a member").locator("input").fill(stack.api_key)
    page.locator(".auth-container").filter(has_text="API key of a member").get_by_role("button", name="Apply").click()
    page.get_by_role("button", name="Close").first.click()

    operation.locator("button.execute").click()

    answer = operation.locator(".live-responses-table tbody .response-col_status").first
    answer.wait_for()
    assert answer.inner_text().strip().startswith("200")
    forget(visitor, "Deprecated: escaping deep link")  # said of every link to an operation
    assert "currentPeriodArr" in operation.locator(".live-responses-table").inner_text()


def test_redoc_shows_the_description(stack, visitor):
    visitor.page.goto(f"{stack.url}/api/redoc")

    visitor.page.get_by_role("heading", name="Whether the server can answer").first.wait_for()
    forget(visitor, "blob:")  # the worker that searches
    forget(visitor, "logo-mini.svg")  # Redoc's own logo, from its makers' server: the policy refuses it


def forget(visitor, text):
    visitor.complaints[:] = [complaint for complaint in visitor.complaints if text not in complaint]
