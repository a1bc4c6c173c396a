from django.urls import path, register_converter

from apps.plugin_api.pages import PluginPages
from apps.switchboard import screens
from apps.switchboard.views import EndpointView, PluginEndpoint

register_converter(PluginEndpoint, "plugin_endpoint")

urlpatterns = [
    screens.FEATURES.urls(),
    screens.SETTINGS.urls(),
    path("<plugin_endpoint:path>", EndpointView.as_view()),
    PluginPages(),
]
