from django.apps import AppConfig


class PluginApiConfig(AppConfig):
    name = "apps.plugin_api"
