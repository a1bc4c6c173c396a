"""What `args` of the members' endpoints may hold."""

from collections.abc import Mapping
from typing import Any

from apps.accounts import passwords
from apps.core import arguments
from apps.core.api_view import Refusal
from apps.core.arguments import Argument, Kind
from apps.plugin_api import configuration

MAX_NAME_LENGTH = 200
MAX_EMAIL_LENGTH = 254
MAX_LANGUAGE_LENGTH = 10


def of_new_member(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return _read(
        parameters,
        {
            "full_name": Argument(is_required=True, max_length=MAX_NAME_LENGTH),
            "username": Argument(is_required=True, max_length=MAX_NAME_LENGTH),
            "password": password(is_required=True),
            "email": Argument(is_required=True, max_length=MAX_EMAIL_LENGTH),
            **_rights(),
        },
    )


def of_change(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return _read(
        parameters,
        {
            "user_id": Argument(is_required=True),
            "full_name": Argument(max_length=MAX_NAME_LENGTH),
            "username": Argument(max_length=MAX_NAME_LENGTH),
            "password": password(),
            "email": Argument(max_length=MAX_EMAIL_LENGTH),
            "locked": Argument(Kind.FLAG),
            "subscribe_newsletter": Argument(Kind.FLAG),
            "send_notification": Argument(Kind.FLAG),
            "member_image": Argument(),
            **_rights(),
        },
    )


def of_deletion(parameters: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return arguments.read(parameters, {"user_ids": Argument(Kind.LIST, is_required=True)})
    except arguments.InvalidArguments as error:
        raise Refusal(400, f"Error: {error}") from error


def password(*, is_required: bool = False) -> Argument:
    """By the policy that holds now."""
    policy = configuration.read("security")
    return Argument(
        is_required=is_required,
        min_length=policy["password_min"],
        max_length=passwords.MAX_LENGTH,
        needs_digit=policy["password_number"],
        needs_capital=policy["password_char"],
        needs_symbol=policy["password_symbol"],
    )


def _rights() -> dict[str, Argument]:
    return {
        "lang": Argument(max_length=MAX_LANGUAGE_LENGTH),
        "admin_of": Argument(Kind.LIST),
        "user_of": Argument(Kind.LIST),
        "permission": Argument(Kind.OBJECT),
        "global_admin": Argument(Kind.FLAG),
    }


def _read(parameters: Mapping[str, Any], expected: Mapping[str, Argument]) -> dict[str, Any]:
    try:
        return arguments.read(parameters, expected)
    except arguments.InvalidArguments as error:
        raise Refusal(400, error.errors) from error
