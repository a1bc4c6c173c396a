"""The plugin's hand in `PluginConfig.offer`: everything that goes through it bears the plugin's name."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.dispatch import Signal

from apps.core.texts import Text
from apps.plugin_api import configuration, features, states
from apps.plugin_api.configuration import Described
from apps.plugin_api.registry import Registry

Entry = TypeVar("Entry")


class Offers:
    def __init__(self, plugin: str) -> None:
        self.plugin = plugin
        self._registries: list[Registry[Any]] = []
        self._namespaces: list[str] = []
        self._receivers: list[tuple[Signal, str]] = []

    def add(self, registry: Registry[Entry], name: str, entry: Entry) -> None:
        """Offers `entry` under `name`, as long as the plugin is on. docs/plugins.md lists the registries.

        Raises NameTaken.
        """
        self._registries.append(registry)
        registry.register(name, entry, plugin=self.plugin)

    def listen(self, signal: Signal, receiver: Callable[..., object], *, name: str = "") -> None:
        """`receiver(**arguments)` is called while the plugin is on, with the arguments that the signal is documented
        with. A second receiver of one signal needs a `name`."""
        uid = f"{self.plugin}.{name}"
        self._receivers.append((signal, uid))

        def receive(sender: object, signal: Signal, **arguments: Any) -> None:
            if states.is_on(self.plugin):
                receiver(**arguments)

        signal.connect(receive, weak=False, dispatch_uid=uid)

    def settings(
        self,
        namespace: str,
        defaults: Mapping[str, Any],
        *,
        title: Text = "",
        described: Mapping[str, Described] | None = None,
        member_keys: Mapping[str, bool] | None = None,
        is_hidden: bool = False,
        is_server_wide: bool = False,
    ) -> None:
        """As `configuration.register`, hidden from people while the plugin is off. Short: `default_settings`."""
        if namespace not in configuration.namespaces():
            self._namespaces.append(namespace)
        configuration.register(
            namespace,
            defaults,
            plugin=self.plugin,
            title=title,
            described=described,
            member_keys=member_keys,
            is_hidden=is_hidden,
            is_server_wide=is_server_wide,
        )

    def feature(
        self, name: str, needs: Mapping[str, Mapping[str, list[str]]] | None = None, *, title: Text = ""
    ) -> None:
        """One more right than `PluginConfig.feature`, for a plugin that has several."""
        features.register(name, needs, plugin=self.plugin, title=title)

    @property
    def is_on(self) -> bool:
        return states.is_on(self.plugin)

    def withdraw(self) -> None:
        """Everything: when the plugin could not be started, and at the end of a test that brought its own."""
        for registry in self._registries:
            registry.withdraw(self.plugin)
        for namespace in self._namespaces:
            configuration.withdraw(namespace)
        for signal, uid in self._receivers:
            signal.disconnect(dispatch_uid=uid)
        features.withdraw(self.plugin)
        states.withdraw(self.plugin)
