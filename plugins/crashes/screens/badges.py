"""The states of a group in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.aggregation.values import is_truthy


def words(group: Mapping[str, Any]) -> list[str]:
    titles = {
        "is_new": _("New"),
        "is_renewed": _("Reoccurred"),
        "is_resolving": _("Resolving"),
        "is_resolved": _("Resolved"),
        "is_hidden": _("Hidden"),
        "is_public": _("Shared"),
    }
    kind = _("Nonfatal") if is_truthy(group.get("nonfatal")) else _("Fatal")
    return [kind, *(title for name, title in titles.items() if is_truthy(group.get(name)))]
