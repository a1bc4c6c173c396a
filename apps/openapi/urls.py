from django.urls import path

from apps.openapi import views

urlpatterns = [
    path("api/schema", views.schema, name="api_schema"),
    path("api/docs", views.swagger, name="api_docs"),
    path("api/redoc", views.redoc, name="api_redoc"),
]
