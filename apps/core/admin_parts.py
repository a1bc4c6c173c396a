"""What the admin pages of several rooms show alike."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext

from apps.core.texts import Text

VISIBLE_CHARACTERS = 4  # at either end of a masked key


def masked(secret: str | None) -> str:
    """Enough to tell which one it is; the rest never reaches the page."""
    if not secret:
        return "–"
    is_long = len(secret) > 3 * VISIBLE_CHARACTERS
    return f"{secret[:VISIBLE_CHARACTERS]}…{secret[-VISIBLE_CHARACTERS:]}" if is_long else "…"


def copied_key(key: str | None) -> str:
    """For keys that are public: masked so that lists stay readable, with a button that copies it whole."""
    if not key:
        return masked(key)
    return format_html(
        '<span class="tally-key"><code>{}</code>'
        '<button type="button" data-copy-text="{}" data-copied="{}">{}</button></span>',
        masked(key),
        key,
        gettext("Copied"),
        gettext("Copy"),
    )


def moment(unix_seconds: int | None) -> str:
    return f"{datetime.fromtimestamp(unix_seconds, tz=UTC):%Y-%m-%d %H:%M} UTC" if unix_seconds else "–"


class YesOrNoFilter(admin.SimpleListFilter):
    """By a field that is true, false or absent; absent counts as false."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("yes", gettext("Yes")), ("no", gettext("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        condition = {self.parameter_name or "": True}
        if self.value() == "yes":
            return queryset.filter(**condition)
        return queryset.exclude(**condition) if self.value() == "no" else queryset


def yes_or_no(field: str, title: Text) -> type[YesOrNoFilter]:
    return type(f"{field.title()}Filter", (YesOrNoFilter,), {"title": title, "parameter_name": field})


def confirmed(
    model_admin: "admin.ModelAdmin[Any]",
    request: HttpRequest,
    objects: QuerySet[Any],
    *,
    title: str,
    explanation: str,
    act: Callable[[Model], str],
) -> HttpResponse | None:
    """An action that asks first. `act` does it to one object and returns the entry for its history."""
    if request.POST.get("confirmed") != "yes":
        context = {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.model._meta,
            "title": title,
            "explanation": explanation,
            "objects": list(objects),
            "action": request.POST["action"],
        }
        return TemplateResponse(request, "admin/confirm_action.html", context)
    for found in objects:
        model_admin.log_change(request, found, act(found))
        model_admin.message_user(request, f"{title}: {found}")
    return None
