from django.urls import path, re_path

from apps.analytics.views import MethodView, SectionView

urlpatterns = [
    path("o", MethodView.as_view()),
    re_path(r"^o/analytics(?:/(?P<section>[^/]*)(?:/.*)?)?$", SectionView.as_view()),
]
