from apps.plugin_api.config import PluginConfig
from apps.plugin_api.offers import Offers


class DummyConfig(PluginConfig):
    name = "tests.dummy_plugin"
    plugin = "dummy"
    title = "Dummy"
    version = "1.2.3"
    description = "Uses every hook."
    author = "Nobody"
    homepage = "https://example.com/dummy"
    min_core = "0.0.1"
    feature = "dummy"
    feature_needs = {"c": {"core": ["r"]}}
    default_settings = {"dummy": {"limit": 10, "is_loud": False}}

    def offer(self, plugin: Offers) -> None:
        from tests.dummy_plugin import offers

        offers.make(plugin)
