"""The description of the API: complete, valid, and made of what rooms say."""

import json
import warnings
from pathlib import Path

import jsonschema_rs
import pytest
from drf_spectacular import validation

from apps.accounts import callers
from apps.accounts.actions import Action, ActionsView
from apps.openapi.addresses import Address
from apps.openapi.generator import Generator, undescribed, unserved
from apps.openapi.operations import body_schema_of, operation_of
from apps.openapi.schemas import schema_of
from apps.plugin_api import descriptions, states
from apps.plugin_api.descriptions import DESCRIPTIONS, Described, args, describe, flag, list_of, text

pytestmark = pytest.mark.django_db  # which plugins are on is asked of the database


@pytest.fixture(scope="module")
def description(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return Generator().get_schema(public=True)


def operations(description):
    for path, verbs in description["paths"].items():
        for verb, operation in verbs.items():
            yield path, verb, operation


def test_every_endpoint_is_described():
    assert undescribed() == []


def test_nothing_is_described_that_is_not_served():
    assert unserved() == []


def test_the_description_is_valid_openapi(description):
    assert description["openapi"] == "3.1.0"
    official = json.loads((Path(validation.__file__).parent / "openapi_3_1_schema.json").read_text())
    jsonschema_rs.validator_for(official).validate(json.loads(json.dumps(description)))


def test_operation_ids_are_unique(description):
    ids = [operation["operationId"] for _, _, operation in operations(description)]

    assert len(ids) > 40
    assert sorted(set(ids)) == sorted(ids)


def test_every_example_fits_its_own_schema(description):
    for path, _, operation in operations(description):
        for media in operation["responses"]["200"]["content"].values():
            if "example" in media:
                assert jsonschema_rs.is_valid(media["schema"], media["example"]), path


def test_an_operation_says_everything_of_its_endpoint():
    described = Described(
        "Nouns",
        "Make one",
        (args(text("name", "Its name.", required=True, example="a"), flag("loud", "Or not.")),),
        answer={"_id": "1", "parts": [1, "b"]},
        errors={400: ["Too loud"]},
    )

    operation = operation_of(Address("/i/nouns/make", callers.global_admin), described, "post")

    arguments = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "Its name.", "examples": ["a"]},
            "loud": {"type": "boolean", "description": "Or not."},
        },
        "required": ["name"],
        "description": "What to create or change.",
    }
    body = {"$ref": "#/components/schemas/i_nouns_make"}
    encoding = {"args": {"contentType": "application/json"}}
    assert body_schema_of(described) == {"type": "object", "properties": {"args": arguments}, "required": ["args"]}
    message = {"$ref": "#/components/schemas/Message"}
    assert operation == {
        "operationId": "i_nouns_make",
        "tags": ["Nouns"],
        "summary": "Make one",
        "description": "May be called by: Global administrators.",
        "security": [{"api_key": []}, {"auth_token": []}, {"countly_token": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {"schema": body, "encoding": encoding},
                "application/json": {"schema": body},
                "multipart/form-data": {"schema": body, "encoding": encoding},
            },
        },
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "_id": {"type": "string"},
                                "parts": {
                                    "type": "array",
                                    "items": {"anyOf": [{"type": "number"}, {"type": "string"}]},
                                },
                            },
                        },
                        "example": {"_id": "1", "parts": [1, "b"]},
                    }
                },
            },
            "400": {
                "description": 'Too loud; Missing parameter "api_key" or "auth_token"; Token not valid',
                "content": {
                    "application/json": {
                        "schema": message,
                        "examples": {
                            "Too_loud": {"value": {"result": "Too loud"}},
                            "Missing_parameter_api_key_or_auth_token": {
                                "value": {"result": 'Missing parameter "api_key" or "auth_token"'}
                            },
                            "Token_not_valid": {"value": {"result": "Token not valid"}},
                        },
                    }
                },
            },
            "401": {
                "description": "User does not exist; User does not have right; User is locked",
                "content": {
                    "application/json": {
                        "schema": message,
                        "examples": {
                            "User_does_not_exist": {"value": {"result": "User does not exist"}},
                            "User_does_not_have_right": {"value": {"result": "User does not have right"}},
                            "User_is_locked": {"value": {"result": "User is locked"}},
                        },
                    }
                },
            },
        },
    }


def test_a_read_has_its_parameters_in_the_query():
    described = Described(
        "Nouns", "Read", (descriptions.json("ids", "Which.", list_of(descriptions.TEXT), example=["a"]),)
    )

    operation = operation_of(Address("/o?method=nouns", None), described, "get")

    schema = {"type": "array", "items": {"type": "string"}, "examples": [["a"]]}
    assert operation["parameters"] == [
        {"name": "ids", "in": "query", "description": "Which.", "content": {"application/json": {"schema": schema}}}
    ]
    assert (operation["operationId"], operation["security"]) == ("o_method_nouns", [])


@pytest.mark.parametrize(
    ("example", "schema"),
    [
        (True, {"type": "boolean"}),
        (1, {"type": "number"}),
        (None, {}),
        ([], {"type": "array", "items": {}}),
        (
            [{"a": 1}, {"a": "x", "b": 2}],
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"a": {"anyOf": [{"type": "number"}, {"type": "string"}]}, "b": {"type": "number"}},
                },
            },
        ),
    ],
)
def test_a_schema_is_read_off_an_example(example, schema):
    assert schema_of(example) == schema


def test_what_a_plugin_describes_goes_with_the_plugin(db):
    with descriptions.described_by("describing"):
        describe("/o/of_a_plugin", "Plugin", "Something")
    try:
        assert "/o/of_a_plugin" in unserved()
        states.switch("describing", False)
        assert "/o/of_a_plugin" not in unserved()
    finally:
        DESCRIPTIONS.withdraw("describing")


def test_a_table_of_actions_tells_its_addresses():
    view = ActionsView(
        actions={"all": Action(callers.any_member, None), "update/plugins": Action(callers.writer, None)}
    )

    assert list(view.endpoints()) == [("/all", callers.any_member), ("/update/plugins", callers.writer)]


def test_the_command_of_the_generator_writes_the_same(tmp_path, description):
    from django.core.management import call_command
    from drf_spectacular.renderers import OpenApiYamlRenderer

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call_command("spectacular", file=str(tmp_path / "openapi.yaml"), fail_on_warn=True)

    assert (tmp_path / "openapi.yaml").read_bytes() == OpenApiYamlRenderer().render(description)
