from django.urls import re_path

from apps.accounts.actions import ActionsView
from apps.events import endpoints, screens

urlpatterns = [
    screens.MANAGE.urls(),
    re_path(
        r"^i/events(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.WRITES, invalid_path=endpoints.INVALID_WRITE),
    ),
    re_path(
        r"^i/event_groups(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.GROUP_WRITES, invalid_path=endpoints.INVALID_GROUP_WRITE),
    ),
]
