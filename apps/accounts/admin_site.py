"""Django's admin as a room of Tally: one login for both."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class TallyAdminSite(AdminSite):
    site_title = "Tally"
    site_header = _("Tally administration")
    index_title = _("Administration")
    site_url = "/dashboard"
    enable_nav_sidebar = False  # the lists are few, their columns many

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        answer = super().password_change(request, extra_context)
        if answer.status_code == 302:  # it was changed
            from apps.accounts import members  # no model is ready where this class is named

            members.end_old_ways_in(request.user, has_new_password=True)  # type: ignore[arg-type]  # a member
        return answer

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Leads to the login page, which slows down guessing. Members who may not administer are told so."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        target = request.GET.get("next") or reverse("admin:index")
        return redirect_to_login(target, settings.LOGIN_URL)
