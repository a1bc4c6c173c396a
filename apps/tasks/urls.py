from django.urls import re_path

from apps.accounts.actions import ActionsView
from apps.tasks import endpoints, screens

urlpatterns = [
    screens.TASKS.urls(),
    screens.TASK.urls(),
    re_path(r"^i/tasks(?:/(?P<rest>.*))?$", ActionsView.as_view(actions=endpoints.WRITES)),
    re_path(r"^o/tasks(?:/(?P<rest>.*))?$", ActionsView.as_view(actions=endpoints.READS)),
]
