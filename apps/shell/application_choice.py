"""One application or all of them: a chooser above what a screen of the whole server shows."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.shell.parts import Block, Part
from apps.shell.visits import Visit


def application_choice(visit: Visit, names: Mapping[str, str], chosen: str) -> Part:
    """`names`: of the applications by their ids. `chosen`: one of these, or "" for all."""
    options = {"": _("All applications"), **names}
    return Block(
        id="choice",
        file="shell/parts/application_choice.html",
        values={
            "chosen": options[chosen],
            "options": [
                {
                    "title": title,
                    "link": visit.address.link({"application": value or None, "page": None}),
                    "is_current": value == chosen,
                }
                for value, title in options.items()
            ],
        },
    )
