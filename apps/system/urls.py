from django.urls import path, re_path

from apps.accounts.actions import ActionsView
from apps.system import endpoints, screens, views

urlpatterns = [
    screens.HEALTH.urls(),
    screens.JOBS_SCREEN.urls(),
    path("o/ping", views.ping),
    re_path(r"^o/system(?:/(?P<rest>.*))?$", ActionsView.as_view(actions=endpoints.READS)),
    path("o/countly_version", ActionsView.as_view(actions=endpoints.VERSIONS)),
    path("o/themes", ActionsView.as_view(actions=endpoints.THEMES)),
    path("o/email_test", ActionsView.as_view(actions=endpoints.MAIL_TEST)),
    re_path(r"^o/cms(?:/(?P<rest>.*))?$", ActionsView.as_view(actions=endpoints.CONTENT_READS)),
    re_path(r"^i/cms(?:/(?P<rest>.*))?$", ActionsView.as_view(actions=endpoints.CONTENT_WRITES)),
]
