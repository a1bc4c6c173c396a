"""The page that makes the first account of a virgin server."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.accounts import bootstrap, members
from apps.accounts.forms import SetupForm
from apps.accounts.views import let_in
from apps.plugin_api.demo_data import DEMO_DATA


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Anybody, while there are no members and FIRST_ADMIN=web says that whoever comes first is meant."""
    if settings.FIRST_ADMIN != bootstrap.FIRST_ADMIN_ON_THE_WEB or bootstrap.has_members():
        return redirect("login")
    form = SetupForm(request.POST or None)
    if form.is_valid():
        wants_demo = form.cleaned_data.pop("createDemoApp", False)
        try:
            member = bootstrap.create_first_admin(**form.cleaned_data)
        except bootstrap.AlreadySetUp:
            return redirect("login")
        except members.InvalidMember as error:
            for field, sentences in error.errors.items():
                form.add_error(field if field in form.fields else None, sentences)
        else:
            if wants_demo:
                DEMO_DATA.entries()[0].start(member)
                return let_in(request, member, f"{settings.LOGIN_REDIRECT_URL}?create_demo_app=1")
            return let_in(request, member, "")
    return render(request, "accounts/setup.html", {"form": form}, status=422 if form.is_bound else 200)
