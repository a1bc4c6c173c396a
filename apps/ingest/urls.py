"""What nobody else answers below `/i` and `/o`. Included last. What `apps.ingest.asgi` answers never comes here."""

from django.urls import re_path

from apps.ingest.catch_all import invalid_path

urlpatterns = [re_path(r"^[io](?:/|$)", invalid_path)]
