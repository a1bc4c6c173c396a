"""Which plugins are installed, which of them work, and what is wrong with the others.

`select` runs while settings are read, so nothing here may need them; `start` runs when Django is set up.
"""

import importlib
import logging
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

from apps.core.version import VERSION
from apps.plugin_api.config import PluginConfig

logger = logging.getLogger(__name__)

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


class BrokenPlugin(ImproperlyConfigured):
    """With TALLY_PLUGINS_STRICT: the server does not start without it."""


@dataclass(frozen=True, slots=True)
class Problem:
    path: str  # as it is listed
    plugin: str  # its name, as far as that could be found out
    text: str  # what is wrong, and how to mend it


@dataclass(slots=True)
class Selection:
    apps: list[str] = field(default_factory=list)  # for INSTALLED_APPS, parents first
    problems: list[Problem] = field(default_factory=list)


_started: dict[str, PluginConfig] = {}
_selected_problems: list[Problem] = []
_problems: list[Problem] = []
_is_strict = False


def select(paths: Iterable[str], *, strict: bool = False) -> Selection:
    """`paths`: "plugins.star_rating", or any importable package with an `apps.py`. One that is broken or does not fit
    is left out and reported; with `strict` it raises BrokenPlugin."""
    global _is_strict
    _is_strict = strict
    _selected_problems.clear()
    found: dict[str, tuple[str, type[PluginConfig]]] = {}
    for path in dict.fromkeys(path.strip() for path in paths if path.strip()):
        name = ""
        try:
            config = _config_of(path)
            name = config.plugin
            _check(config)
            if name in found:
                raise BrokenPlugin(f"{found[name][0]} has the name {name!r} too; remove one of them from the list.")
            found[name] = (path, config)
        except Exception as error:
            _report(_selected_problems, Problem(path, name, _text_of(error)), error)
    chosen = Selection()
    names: set[str] = set()
    while ready := [name for name, (_, config) in found.items() if names.issuperset(config.requires)]:
        for name in ready:
            _, config = found.pop(name)
            chosen.apps.append(f"{config.__module__}.{config.__name__}")
            names.add(name)
    for name, (path, config) in found.items():
        missing = ", ".join(sorted(set(config.requires) - names))
        _report(
            _selected_problems, Problem(path, name, f"It needs the plugin {missing}: list that one too, or mend it.")
        )
    chosen.problems = list(_selected_problems)
    return chosen


def start(config: PluginConfig) -> None:
    """Lets a plugin offer what it has. When that fails, it offers nothing."""
    from apps.plugin_api import features, states  # settings must be there
    from apps.plugin_api.offers import Offers

    if any(problem.path == config.name for problem in _problems):
        return  # its models are broken already
    offers = Offers(config.plugin)
    try:
        _require_settings(config)
        states.register(config.plugin, parents=config.requires, on_by_default=config.enabled_by_default)
        if config.feature:
            features.register(config.feature, config.feature_needs, plugin=config.plugin, title=config.title)
        for namespace, defaults in config.default_settings.items():
            offers.settings(namespace, defaults)
        for parent in config.requires:
            if parent not in _started:
                raise BrokenPlugin(f"It needs the plugin {parent}, which could not be started.")
        config.offer(offers)
    except Exception as error:
        offers.withdraw()
        note_failure(config, error)
        return
    _started[config.plugin] = config
    config.offers = offers


def stop(plugin: str) -> None:
    """Takes back all that the plugin offers. For tests that brought one of their own."""
    config = _started.pop(plugin)
    config.offers.withdraw()


def note_failure(config: PluginConfig, error: Exception) -> None:
    _report(_problems, Problem(config.name, config.plugin, _text_of(error)), error)


def started() -> dict[str, PluginConfig]:
    """By name, on or off, parents first."""
    return dict(_started)


def problems() -> list[Problem]:
    return [*_selected_problems, *_problems]


def _config_of(path: str) -> type[PluginConfig]:
    module = importlib.import_module(f"{path}.apps")
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, PluginConfig) and value.__module__ == module.__name__
    ]
    if len(own) != 1:
        raise BrokenPlugin(f"{path}/apps.py must define one subclass of PluginConfig; it defines {len(own)}.")
    return own[0]


def _check(config: type[PluginConfig]) -> None:
    for attribute in ("name", "plugin", "title", "version"):
        value = getattr(config, attribute, "")
        # Translated texts cannot be looked at yet: translations need the apps that are being selected here.
        if not isinstance(value, Promise) and not value:
            raise BrokenPlugin(f"Its configuration says no {attribute}.")
    if not NAME.fullmatch(config.plugin):
        raise BrokenPlugin(f"{config.plugin!r} is no name: letters, digits and hyphens, in lower case.")
    core = version_numbers(VERSION)
    if config.min_core and core < version_numbers(config.min_core):
        raise BrokenPlugin(f"It needs version {config.min_core} of the server or a newer one; this is {VERSION}.")
    if config.max_core:
        newest = version_numbers(config.max_core)
        if core[: len(newest)] > newest:
            raise BrokenPlugin(f"It works up to version {config.max_core} of the server; this is {VERSION}.")


def _require_settings(config: PluginConfig) -> None:
    from django.conf import settings  # not while settings are being read

    for name in config.required_settings:
        if not getattr(settings, name, None) and not os.environ.get(name):
            raise BrokenPlugin(f"It needs the setting {name}: give it in the environment.")


def version_numbers(version: str) -> tuple[int, ...]:
    """ "1.4.0rc1" -> (1, 4, 0)."""
    return tuple(int(found) for found in re.findall(r"(?:^|\.)(\d+)", version))


def _text_of(error: Exception) -> str:
    return str(error) if isinstance(error, BrokenPlugin) else f"{type(error).__name__}: {error}"


def _report(problems: list[Problem], problem: Problem, error: Exception | None = None) -> None:
    if _is_strict:
        raise BrokenPlugin(f"The plugin {problem.plugin or problem.path} cannot be used. {problem.text}") from error
    is_expected = error is None or isinstance(error, BrokenPlugin)
    logger.warning(
        "the plugin %s is left out: %s",
        problem.plugin or problem.path,
        problem.text,
        exc_info=None if is_expected else error,
    )
    problems.append(problem)
