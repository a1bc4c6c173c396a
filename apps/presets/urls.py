from django.urls import re_path

from apps.accounts.actions import ActionsView
from apps.presets import endpoints, screens

urlpatterns = [
    screens.PRESETS.urls(),
    re_path(
        r"^i/date_presets(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.WRITES, invalid_path=endpoints.INVALID_WRITE),
    ),
    re_path(
        r"^o/date_presets(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.READS, invalid_path=endpoints.INVALID_READ),
    ),
]
