"""What every page of the dashboard shows around its content."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.accounts import access


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Nothing is read unless the template shows it."""
    return {
        "application": getattr(request, "application", None),
        "applications": SimpleLazyObject(lambda: applications_of(request.user)),
    }


def applications_of(member: Any) -> list[Any]:
    """By name, as people look for them."""
    if not member.is_authenticated:
        return []
    return sorted(access.readable_applications(member), key=lambda application: application.name.casefold())
