"""Requests of one application that others count as well. Plugins say where to; the road in makes the copies."""

from collections.abc import Callable, Sequence
from typing import Any

from apps.plugin_api.registry import Registry

#: By a namespace of an application's own settings: from what stands there to the ids of the applications that count its
#: requests too. Pure. Copies are copied on by what their application says; no application counts a request twice.
COPIES: Registry[Callable[[Any], Sequence[str]]] = Registry("rule of copies")
