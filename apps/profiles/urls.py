from django.urls import re_path

from apps.accounts.actions import ActionsView
from apps.profiles import endpoints

urlpatterns = [
    re_path(
        r"^i/app_users(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.WRITES, invalid_path=endpoints.INVALID_PATH),
    ),
    re_path(
        r"^o/app_users(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.READS, invalid_path=endpoints.INVALID_PATH),
    ),
]
