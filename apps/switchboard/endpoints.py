"""`/o/plugins`, `/i/plugins`, `/o/configs`, `/i/configs` and what belongs to them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from apps.accounts import callers
from apps.accounts.actions import ENDPOINTS, Action, Call
from apps.core.answers import message, output
from apps.core.api_view import Refusal
from apps.core.arguments import object_in
from apps.plugin_api import loader, states
from apps.switchboard import plugins, settings

NOT_ENOUGH = "Not enough parameters"
NOT_UPDATED = "Error updating configs"


def show_plugins(call: Call) -> HttpResponse:
    return output(plugins.described())


def show_names_of_plugins(call: Call) -> HttpResponse:
    return output(sorted(name for name in loader.started() if states.is_on(name)))


def switch_plugins(call: Call) -> HttpResponse:
    wanted = object_in(call.parameters, "plugin")
    if not wanted:
        return output(NOT_ENOUGH)
    if not all(isinstance(on, bool) for on in wanted.values()):
        raise Refusal(400, 'Invalid parameter "plugin"')
    try:
        plugins.switch(wanted, member=call.member, address=call.address)
    except plugins.UnknownPlugin as error:
        raise Refusal(400, f"Unknown plugin: {error}") from error
    return message("started")


def show_progress(call: Call) -> HttpResponse:
    """Switching is done when it is answered: there is never anything under way."""
    return message("completed")


def show_settings(call: Call) -> HttpResponse:
    return output(settings.everything())


def change_settings(call: Call) -> HttpResponse:
    settings.change(_sent_settings(call, settings.checked), member=call.member, address=call.address)
    return output(settings.everything())


def show_own_settings(call: Call) -> HttpResponse:
    return output(settings.of_member(call.member))


def change_own_settings(call: Call) -> HttpResponse:
    settings.change_of_member(_sent_settings(call, settings.of_right_shape), call.member)
    return output(settings.of_member(call.member))


def _sent_settings(call: Call, check: Callable[[Any], dict[str, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    try:
        return check(object_in(call.parameters, "configs"))
    except settings.InvalidSettings as error:
        raise Refusal(400, NOT_UPDATED) from error


def register() -> None:
    for address, action in {
        "/o/plugins": Action(callers.global_admin, show_plugins),
        "/o/system/plugins": Action(callers.global_admin, show_names_of_plugins),
        "/i/plugins": Action(callers.global_admin, switch_plugins),
        "/o/plugins-check": Action(callers.global_admin, show_progress),
        "/o/configs": Action(callers.application_admin, show_settings),
        "/i/configs": Action(callers.global_admin, change_settings),
        "/o/userconfigs": Action(callers.any_member, show_own_settings),
        "/i/userconfigs": Action(callers.global_admin, change_own_settings),
    }.items():
        ENDPOINTS.register(address, action)
