from django.urls import path, re_path

from apps.accounts import endpoints, token_endpoints, views
from apps.accounts.actions import ActionsView

urlpatterns = [
    path("login", views.login, name="login"),
    path("logout", views.logout, name="logout"),
    path("setup", views.setup, name="setup"),
    re_path(
        r"^i/users(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.WRITES, invalid_path=endpoints.INVALID_WRITE),
    ),
    re_path(
        r"^i/token(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=token_endpoints.WRITES, invalid_path=token_endpoints.INVALID_WRITE),
    ),
    re_path(
        r"^o/token(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=token_endpoints.READS, invalid_path=token_endpoints.INVALID_READ),
    ),
    re_path(
        r"^o/users(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.READS, invalid_path=endpoints.INVALID_READ),
    ),
]
