from django.urls import path

from apps.dashboard import views

urlpatterns = [
    path("", views.home, name="home"),
    path("dashboard", views.dashboard, name="dashboard"),
    path("applications/new", views.new_application, name="new_application"),
    path("applications/<str:application_id>/overview", views.overview, name="overview"),
]
