"""The address book: every room brings its own urls."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("apps.analytics.urls")),
    path("", include("apps.system.urls")),
    path("", include("apps.accounts.urls")),
    path("", include("apps.applications.urls")),
    path("", include("apps.tasks.urls")),
    path("", include("apps.exports.urls")),
    path("", include("apps.events.urls")),
    path("", include("apps.notes.urls")),
    path("", include("apps.presets.urls")),
    path("", include("apps.shell.urls")),
    path("", include("apps.profiles.urls")),
    path("", include("apps.dashboard.urls")),
    path("", include("apps.openapi.urls")),
    path("", include("apps.switchboard.urls")),  # endpoints and pages of plugins, behind all others
    path("", include("apps.ingest.urls")),  # last: answers for what is left below /i and /o
]
