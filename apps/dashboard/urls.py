from django.urls import path

from apps.dashboard import views
from apps.dashboard.screens import SCREENS

urlpatterns = [
    path("", views.home, name="home"),
    path("dashboard", views.dashboard, name="dashboard"),
    path("applications/new", views.new_application, name="new_application"),
    path("applications/<str:application_id>", views.open_application, name="open_application"),
    path("demo", views.start_demo, name="start_demo"),
    *[screen.urls() for screen in SCREENS],
]
