"""Imports of more users than anybody waits for: long tasks. What was sent is kept until it is taken over."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.accounts.access import is_app_admin
from apps.accounts.models import Member
from apps.applications import lookup
from apps.core import json_text
from apps.plugin_api import audit
from apps.profiles import imports
from apps.tasks import inputs, kinds, long_tasks
from apps.tasks.kinds import Data, Kind, Running

KIND = "import_app_users"


def start(application_id: str, content: Iterable[bytes], *, creator: Member, title: str, address: str) -> str:
    """The id of the task. `content`: the pieces of a file of JSON."""
    key = inputs.store(content)
    try:
        return long_tasks.start(
            KIND,
            {"input": key},
            creator=creator,
            application_id=application_id,
            type_name="appUserImport",
            name=title,
            is_global=False,
            is_made_by_hand=True,
            address=address,
        )
    except BaseException:
        inputs.remove(key)
        raise


def register() -> None:
    kinds.KINDS.register(KIND, Kind("Import of users", _run, forget=_forget, is_repeatable=False))


def _run(task: Running) -> Data:
    member = Member.objects.filter(pk=task.creator).first()
    application = lookup.by_id(task.application_id)
    if application is None or member is None or member.locked or not is_app_admin(member, application.id):
        raise RuntimeError("The member who began this import may not do so any more")
    content = inputs.read(str(task.arguments["input"]))
    if content is None:
        raise RuntimeError("What was to be imported is gone")
    try:
        outcome = imports.take_over(
            application, json_text.parse(content), most=imports.MOST_ROWS_OF_A_TASK, progress=task.progress
        )
    except imports.InvalidRows:
        raise
    except ValueError as error:
        raise RuntimeError(f"The file is not JSON: {error}") from error
    audit.record("app_user_imported", outcome.numbers(), member=member, application_id=application.id)
    _forget({"arguments": task.arguments})
    return Data(outcome.numbers())


def _forget(task: Mapping[str, Any]) -> None:
    arguments = task.get("arguments")
    if isinstance(arguments, Mapping) and arguments.get("input"):
        inputs.remove(str(arguments["input"]))
