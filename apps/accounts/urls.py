from django.urls import path

from apps.accounts import views

urlpatterns = [
    path("login", views.login, name="login"),
    path("logout", views.logout, name="logout"),
    path("setup", views.setup, name="setup"),
]
