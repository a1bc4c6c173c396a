from django.urls import path, re_path

from apps.accounts import endpoints, views
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
        r"^o/users(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.READS, invalid_path=endpoints.INVALID_READ),
    ),
]
