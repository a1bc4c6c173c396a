from django.urls import path, re_path

from apps.accounts.actions import ActionsView
from apps.profiles import endpoints, screens, views

urlpatterns = [
    screens.LIST.urls(),
    screens.ONE.urls(),
    path(
        "applications/<str:application_id>/users/profiles/<str:uid>/export",
        views.user_export,
        name="user_export",
    ),
    re_path(
        r"^i/app_users(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.WRITES, invalid_path=endpoints.INVALID_PATH),
    ),
    re_path(
        r"^o/app_users(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.READS, invalid_path=endpoints.INVALID_PATH),
    ),
]
