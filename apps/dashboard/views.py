import redis
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from apps.analytics.overview import overview as read_overview
from apps.applications import lookup
from apps.applications.info import ApplicationInfo
from apps.applications.lifecycle import create_application
from apps.core import clock
from apps.dashboard import overview as screen
from apps.dashboard import periods, shell
from apps.dashboard.forms import ApplicationForm
from apps.dashboard.gate import LAST_APPLICATION, for_application, for_global_admin
from apps.dashboard.snippets import snippets
from apps.live import versions

LAST_PERIOD = "period"  # in the session


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Anybody. The login page leads on to the making of the first account on a virgin server."""
    return redirect("dashboard" if request.user.is_authenticated else "login")


@require_safe
@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    """Members: the application they looked at last."""
    applications = shell.applications_of(request.user)
    if not applications:
        return render(request, "dashboard/new_application.html", {"form": ApplicationForm()})
    last = request.session.get(LAST_APPLICATION)
    chosen = next((application for application in applications if application.id == last), applications[0])
    return redirect("overview", chosen.id)


@require_http_methods(["GET", "POST"])
@for_global_admin
def new_application(request: HttpRequest) -> HttpResponse:
    """Global admins."""
    form = ApplicationForm(request.POST or None)
    if not form.is_valid():
        return render(request, "dashboard/new_application.html", {"form": form}, status=422 if form.is_bound else 200)
    application = create_application(**form.cleaned_data, owner=str(request.user.pk))
    return redirect("overview", str(application.pk))


@require_safe
@never_cache
@vary_on_headers("HX-Request")
@for_application
def overview(request: HttpRequest, application: ApplicationInfo) -> HttpResponse:
    """Members who may read the application. An htmx request gets the content without its frame."""
    choice = periods.choose(request.GET, zone=application.timezone, remembered=request.session.get(LAST_PERIOD, ""))
    if choice.first is None and request.session.get(LAST_PERIOD) != choice.key:
        request.session[LAST_PERIOD] = choice.key
    version = _version(application)  # before the figures: see apps/live/versions.py
    figures = read_overview(application, choice.key)
    context = {"version": version, "choice": choice, "standard_periods": periods.STANDARD}
    if screen.is_empty(figures) and not has_had_data(application):
        origin = f"{request.scheme}://{request.get_host()}"
        context |= {"is_waiting": True, "snippets": snippets(application.key, origin)}
    else:
        metric = request.GET.get("metric", screen.DEFAULT_METRIC)
        context |= screen.arrange(figures, choice=choice, metric=metric, now_ms=clock.now_ms())
    is_part = request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers
    return render(request, "dashboard/overview_content.html" if is_part else "dashboard/overview.html", context)


def _version(application: ApplicationInfo) -> int:
    """Without Redis the figures are shown all the same; the line tells the newer number when it heals."""
    try:
        return versions.current(application.id)
    except redis.RedisError:
        return versions.NO_BATCH_YET


def has_had_data(application: ApplicationInfo) -> bool:
    """In any period. Read anew: the one at hand may be from just before the first request."""
    fresh = lookup.fresh_by_ids([application.id]).get(application.id)
    return bool(fresh and fresh.last_data)
