"""What a plugin says of itself: one subclass of `PluginConfig` in its `apps.py`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig

from apps.core.texts import Text

if TYPE_CHECKING:  # settings import this module: nothing here may need them
    from apps.plugin_api.offers import Offers

Settings = Mapping[str, Mapping[str, Any]]
Needs = Mapping[str, Mapping[str, list[str]]]


class PluginConfig(AppConfig):
    """Override the attributes that matter, and `offer`. Imports of models, views and the like stay inside `offer`."""

    plugin: str  # "star-rating": its name in settings, in the API and in the database
    title: Text  # translatable text, as the description
    version: str
    description: Text = ""
    author: str = ""
    homepage: str = ""
    min_core: str = ""  # the oldest version of the server it works with
    max_core: str = ""  # the newest one; "1.4" means all of 1.4.x
    requires: tuple[str, ...] = ()  # names of other plugins: while one of them is off, so is this one
    default_settings: Settings = {}  # namespace -> setting -> default
    required_settings: tuple[str, ...] = ()  # names of Django settings or environment variables that must be set
    feature: str = ""  # that members get rights on; "" when it has none of its own
    feature_needs: Needs = {}  # {"c": {"core": ["r"]}}: who may create must be able to read there
    enabled_by_default: bool = True  # where nobody has switched it yet

    offers: "Offers"  # set by the loader

    def offer(self, plugin: "Offers") -> None:
        """Called once at start, when all rooms are ready, also while the plugin is off: what is offered then is silent.

        Must not read or write any store. When it raises, nothing of the plugin is offered.
        """

    def import_models(self) -> None:
        """A plugin whose models cannot be imported must not take the server down."""
        from apps.plugin_api import loader  # circular import

        try:
            super().import_models()
        except Exception as error:
            loader.note_failure(self, error)
            self.models = {}

    def ready(self) -> None:
        from apps.plugin_api import loader  # circular import

        loader.start(self)
