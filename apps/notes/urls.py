from django.urls import re_path

from apps.accounts.actions import ActionsView
from apps.notes import endpoints, screens, views

urlpatterns = [
    screens.NOTES.urls(),
    re_path(
        r"^i/notes(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.WRITES, invalid_path=endpoints.INVALID_WRITE),
    ),
    re_path(r"^o/notes(?:/.*)?$", views.NotesView.as_view()),
]
