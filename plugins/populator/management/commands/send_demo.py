"""`manage.py send_demo` is `populate` under the name that it has had before."""

from plugins.populator.management.commands.populate import Command

__all__ = ["Command"]
