"""`/o/populator/*` and `/i/populator/*`: templates, and environments of an application."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from apps.accounts.actions import Call
from apps.core import arguments, json_text
from apps.core.answers import message, output
from apps.core.api_view import Refusal
from apps.core.arguments import Argument, Kind
from apps.core.client_selections import whole_number
from apps.plugin_api import audit
from plugins.populator import environments, templates
from plugins.populator.documents import IS_STOCK, LISTS, Document
from plugins.populator.environments import SORTS, InvalidUsers, Search
from plugins.populator.template import LONGEST_TEXT, MOST_ITEMS, InvalidTemplate

ARGUMENTS = {
    "name": Argument(is_required=True, min_length=1, max_length=LONGEST_TEXT),
    "uniqueUserCount": Argument(Kind.NUMBER, is_required=True),
    "platformType": Argument(Kind.LIST, is_required=True),
    **{name: Argument(Kind.LIST) for name in LISTS},
}
BEHAVIOR = "behavior"
LONGEST_JSON = 5_000_000
INVALID_ID = Refusal(400, "Invalid template id.")
NOT_FOUND = Refusal(404, "Template not found")


# Templates ----------------------------------------------------------------------------------------------------------
def show_templates(call: Call) -> HttpResponse:
    template_id = call.parameters.get("template_id")
    if template_id:
        key = templates.key_of(template_id)
        if key is None:
            raise INVALID_ID
        found = templates.find(template_id)
        if found is None:
            raise Refusal(404, f'Could not find template with id "{template_id}"')
        return output(shown(found))
    return output([shown(one) for one in templates.stored(_platforms(call.parameters.get("platform_type")))])


def create_template(call: Call) -> HttpResponse:
    try:
        created = templates.create(fields_of(call.parameters), call.member.full_name)
    except templates.NameTaken as taken:
        raise Refusal(400, f"Template with name {taken} already exists") from taken
    except InvalidTemplate as error:
        raise Refusal(400, f"Invalid params: {error}") from error
    _record(call, "populator_template_created", shown(created))
    return message(f"Successfully created {created['_id']}", 201)


def edit_template(call: Call) -> HttpResponse:
    key = templates.key_of(call.parameters.get("template_id"))
    if key is None:
        raise INVALID_ID
    fields = fields_of(call.parameters)
    try:
        before = templates.replace(key, fields, call.member.full_name)
    except templates.NameTaken as taken:
        raise Refusal(400, f"Template with name {taken} already exists") from taken
    except InvalidTemplate as error:
        raise Refusal(400, f"Invalid params: {error}") from error
    if before is None:
        raise NOT_FOUND
    _record(call, "populator_template_edited", {"before": shown(before), "update": {**shown(before), **fields}})
    return message("Success")


def remove_template(call: Call) -> HttpResponse:
    key = templates.key_of(call.parameters.get("template_id"))
    if key is None:
        raise INVALID_ID
    removed = templates.remove(key)
    if removed is None:
        raise NOT_FOUND
    _record(call, "populator_template_removed", shown(removed))
    return message("Success")


def fields_of(parameters: Mapping[str, Any]) -> Document:
    """Lists and the behaviour come as JSON text, or as parts of a JSON body. Raises Refusal."""
    sent = {name: _parsed(parameters[name]) if name in LISTS or name == "platformType" else parameters[name]
            for name in ARGUMENTS if name in parameters}  # fmt: skip
    try:
        fields = arguments.read({"args": sent}, ARGUMENTS)
    except arguments.InvalidArguments as error:
        raise Refusal(400, f"Invalid params: {error}") from error
    behavior = _parsed(parameters.get(BEHAVIOR) or {})
    if not isinstance(behavior, dict):
        raise Refusal(400, "Invalid type for behavior!")
    return {**fields, BEHAVIOR: behavior, IS_STOCK: parameters.get(IS_STOCK)}


def shown(document: Document) -> Document:
    return {**document, "_id": str(document["_id"])}


def _platforms(sent: Any) -> list[str] | None:
    if not sent:
        return None
    found = _parsed(sent)
    listed = [found] if isinstance(found, str) else found
    if not isinstance(listed, list) or len(listed) > MOST_ITEMS or not all(isinstance(one, str) for one in listed):
        raise Refusal(400, "Invalid platform_type.")
    return listed


# Environments -------------------------------------------------------------------------------------------------------
def save_environment(call: Call) -> HttpResponse:
    sent = _parsed(call.parameters.get("users"))
    if not isinstance(sent, list) or not sent:
        raise Refusal(400, "Missing params: users")
    application_id = _application_id(call)
    try:
        users = environments.read_users(sent, application_id)
    except InvalidUsers as error:
        raise Refusal(400, f"Invalid params: {error}") from error
    if call.parameters.get("setEnviromentInformationOnce") in (True, "true", 1, "1"):
        environments.create(application_id, users[0].environment, users[0].template_id)
    environments.save_users(application_id, users)
    return message("Successfully created ", 201)


def check_environment(call: Call) -> HttpResponse:
    name = _named(call, "environment_name")
    if environments.exists(_application_id(call), name):
        return output({"errorMsg": f"Duplicated environment name {name}"})
    return output({"result": True})


def list_environments(call: Call) -> HttpResponse:
    return output(environments.of_application(_application_id(call)))


def show_environment(call: Call) -> HttpResponse:
    environment, template_id = _named(call, "environment_id"), _named(call, "template_id")
    asked = call.parameters
    column = whole_number(asked.get("iSortCol_0"), 0, largest=len(SORTS) - 1)
    wanted = Search(
        text=str(asked.get("sSearch") or ""),
        sort=SORTS[column],
        is_descending=asked.get("sSortDir_0") == "desc",
        start=whole_number(asked.get("iDisplayStart"), 0, largest=2**31 - 1),
        length=whole_number(asked.get("iDisplayLength"), 10, largest=environments.MOST_ROWS),
    )
    rows, matching, total = environments.users(_application_id(call), template_id, environment, wanted)
    echo = asked.get("sEcho")
    return output(
        {
            "sEcho": echo if isinstance(echo, str | int) else "0",
            "iTotalRecords": total,
            "iTotalDisplayRecords": matching,
            "aaData": rows,
        }
    )


def remove_environment(call: Call) -> HttpResponse:
    environment, template_id = _named(call, "environment_id"), _named(call, "template_id")
    application_id = _application_id(call)
    environments.remove(application_id, template_id, environment)
    _record(call, "populator_environment_removed", {"_id": environment, "templateId": template_id})
    return output({"result": True})


# What is sent -------------------------------------------------------------------------------------------------------
def _application_id(call: Call) -> str:
    """Global administrators may call without; environments belong to one."""
    return _named(call, "app_id")


def _named(call: Call, name: str) -> str:
    value = call.parameters.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        raise Refusal(401, f"Missing parameter {name}")
    return value


def _parsed(value: Any) -> Any:
    """The value itself where it is no JSON."""
    if not isinstance(value, str) or len(value) > LONGEST_JSON:
        return value
    try:
        return json_text.parse(value)
    except ValueError:
        return value


def _record(call: Call, action: str, data: Document) -> None:
    application_id = str(call.parameters.get("app_id") or "")
    audit.record(action, data, member=call.member, application_id=application_id, address=call.address)
