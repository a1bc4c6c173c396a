from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import own_account
from apps.applications import lookup
from apps.applications.lifecycle import create_application
from apps.dashboard.forms import ApplicationForm
from apps.plugin_api.demo_data import DEMO_DATA
from apps.shell.gate import LAST_APPLICATION, for_global_admin, to_login
from apps.shell.navigation import applications_of, first_screen


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Anybody. The login page leads on to the making of the first account on a virgin server."""
    return redirect("dashboard" if request.user.is_authenticated else "login")


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Members: the application they looked at last. Others log in, which leads here by itself."""
    if not request.user.is_authenticated:
        return redirect("login")
    applications = applications_of(request.user)
    if not applications:
        return render(request, "dashboard/new_application.html", {"form": ApplicationForm()})
    last = request.session.get(LAST_APPLICATION) or own_account.active_application(request.user)
    chosen = next((application for application in applications if application.id == last), applications[0])
    return redirect("open_application", chosen.id)


@require_safe
def open_application(request: HttpRequest, application_id: str) -> HttpResponse:
    """Members who may see anything of it: the first screen that they may see."""
    if not request.user.is_authenticated:
        return to_login(request)
    application = lookup.by_id(application_id)
    address = first_screen(request.user, application) if application else ""
    if not address:
        raise Http404("No such application")
    return redirect(address)


@require_http_methods(["GET", "POST"])
@for_global_admin
def new_application(request: HttpRequest) -> HttpResponse:
    """Global admins."""
    form = ApplicationForm(request.POST or None)
    if not form.is_valid():
        return render(request, "dashboard/new_application.html", {"form": form}, status=422 if form.is_bound else 200)
    application = create_application(**form.cleaned_data, owner=str(request.user.pk))
    return redirect("overview", str(application.pk))


@require_POST
@for_global_admin
def start_demo(request: HttpRequest) -> HttpResponse:
    """Global admins, while something offers demo data."""
    offered = DEMO_DATA.entries()
    if not offered:
        raise Http404("No demo data")
    application_id = offered[0].start(request.user)
    messages.success(request, _("Demo data is on its way. The figures move while it comes in."))
    address = reverse("overview", args=[application_id])
    return redirect(f"{address}?period={offered[0].period}")  # the oldest come first: there they are seen at once
