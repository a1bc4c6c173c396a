from django.urls import path

from apps.system import views

urlpatterns = [path("o/ping", views.ping)]
