from django.urls import path, re_path

from apps.accounts.actions import ActionsView
from apps.exports import endpoints, views

urlpatterns = [
    path("applications/<str:application_id>/tasks/<str:task_id>/file", views.task_file, name="task_file"),
    re_path(r"^o/export(?:/(?P<rest>.*))?$", ActionsView.as_view(actions=endpoints.READS)),
]
