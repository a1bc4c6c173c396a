from django.urls import re_path

from apps.live.consumers import ApplicationConsumer, NowhereConsumer

websocket_urlpatterns = [
    re_path(r"^ws/applications/(?P<application_id>[0-9a-f]{24})/$", ApplicationConsumer.as_asgi()),
    re_path(r"", NowhereConsumer.as_asgi()),
]
