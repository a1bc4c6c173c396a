from django.urls import path, re_path

from apps.accounts.actions import ActionsView
from apps.analytics import internal_events
from apps.analytics.views import MethodView, SectionView

urlpatterns = [
    re_path(r"^o/internal-events(?:/(?P<rest>.*))?$", ActionsView.as_view(actions=internal_events.READS)),
    path("o", MethodView.as_view()),
    re_path(r"^o/analytics(?:/(?P<section>[^/]*)(?:/.*)?)?$", SectionView.as_view()),
]
