from django.urls import re_path

from apps.accounts.actions import ActionsView
from apps.exports import endpoints
from apps.exports.views import DownloadView

urlpatterns = [
    re_path(r"^o/export/download(?:/(?P<task_id>[^/]*))?$", DownloadView.as_view()),
    re_path(r"^o/export(?:/(?P<rest>.*))?$", ActionsView.as_view(actions=endpoints.READS)),
]
