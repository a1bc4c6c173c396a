from typing import Any

from apps.plugin_api.descriptions import (
    app_id,
    describe,
    flag,
    integer,
    json,
    list_of,
    table_parameters,
    text,
)

TAG = "Populator"
OBJECT = {"type": "object"}
OBJECTS = list_of(OBJECT)
TEMPLATE: dict[str, Any] = {
    "_id": "5f8c6f2e1b2c3d4e5f607186",
    "name": "Shop",
    "isDefault": False,
    "uniqueUserCount": 100,
    "platformType": ["iOS", "Android"],
    "users": [
        {
            "key": "Plan",
            "values": [{"key": "Free", "probability": 80}, {"key": "Gold", "probability": 20}],
            "conditions": [],
        }
    ],
    "events": [{"key": "Purchase", "segmentations": [], "sum": [10, 120], "duration": [20, 60]}],
    "views": [{"key": "Home", "segmentations": []}],
    "sequences": [
        {
            "steps": [
                {"key": "session", "value": "start", "probability": 100},
                {"key": "views", "value": "Home", "probability": 100},
                {"key": "events", "value": "Purchase", "probability": 30},
            ]
        }
    ],
    "behavior": {"runningSession": [8, 72], "sequences": [{"key": "Sequence_1", "probability": 100}]},
    "lastEditedBy": "Ada",
    "generatedOn": 1741775400000,
}
FIELDS = (
    text("name", "Its name; no other template may have it.", required=True, example="Shop"),
    integer("uniqueUserCount", "How many users are made, from 1 to 10,000.", required=True, example=100),
    json(
        "platformType",
        "Platforms of its users: iOS, Android, Windows, macOS, Linux, Windows Phone.",
        list_of({"type": "string"}),
        required=True,
        example=TEMPLATE["platformType"],
    ),
    json(
        "users",
        "Properties: `key`, `values` with their `probability`, `conditions`.",
        OBJECTS,
        example=TEMPLATE["users"],
    ),
    json("events", "Events: `key`, `segmentations`, ranges `sum` and `duration`.", OBJECTS, example=TEMPLATE["events"]),
    json("views", "Views: `key`, `segmentations`.", OBJECTS, example=TEMPLATE["views"]),
    json("sequences", "Sessions: `steps` of views and events.", OBJECTS, example=TEMPLATE["sequences"]),
    json(
        "behavior",
        "`runningSession`: hours between two sessions; `sequences` and their `probability`; `generalConditions`, "
        "`sequenceConditions`: others for users with a property.",
        OBJECT,
        example=TEMPLATE["behavior"],
    ),
    text("isDefault", "Whether it is marked as one of the server's own: `true`."),
)
TEMPLATE_ID = text("template_id", "The template.", required=True, example="5f8c6f2e1b2c3d4e5f607186")
ENVIRONMENT_ID = text(
    "environment_id", "The environment.", required=True, example="2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"
)
INVALID = [
    "Invalid params: Missing name argument",
    "Invalid type for behavior!",
    "Template with name Shop already exists",
]

describe(
    "/o/populator/templates", TAG, "Templates, or one of them", app_id(required=False),
    text("template_id", "Only this one; the answer is the template itself."),
    text("platform_type", "Only those for this platform, or one of a JSON list of them.", example="iOS"),
    about="Those that people made. The server's own are in no database.",
    answer=[TEMPLATE],
    schema={"anyOf": [list_of(OBJECT), OBJECT]},
    errors={
        400: ["Invalid template id.", "Invalid platform_type."],
        404: ['Could not find template with id "5f8c6f2e1b2c3d4e5f607186"'],
    },
)  # fmt: skip
describe(
    "/i/populator/templates/create", TAG, "Create a template", app_id(required=False), *FIELDS,
    about="Answers with status 201.",
    answer={"result": "Successfully created 5f8c6f2e1b2c3d4e5f607186"},
    errors={201: ["Successfully created 5f8c6f2e1b2c3d4e5f607186"], 400: INVALID},
)  # fmt: skip
describe(
    "/i/populator/templates/edit", TAG, "Replace a template", app_id(required=False), TEMPLATE_ID, *FIELDS,
    about="The whole template is replaced: what is not sent is gone.",
    answer={"result": "Success"},
    errors={400: [*INVALID, "Invalid template id."], 404: ["Template not found"]},
)  # fmt: skip
describe(
    "/i/populator/templates/remove", TAG, "Remove a template", app_id(required=False), TEMPLATE_ID,
    about="Its environments go with it.",
    answer={"result": "Success"},
    errors={400: ["Invalid template id."], 404: ["Template not found"]},
)  # fmt: skip
describe(
    "/i/populator/environment/save", TAG, "Keep users in an environment", app_id(),
    json(
        "users",
        "Each has `deviceId`, `templateId`, `environmentName`; it may have `userName`, `platform`, `device`, "
        "`appVersion`, `custom`.",
        OBJECTS,
        required=True,
        example=[{
            "deviceId": "d1", "templateId": "defaultEcommerce", "environmentName": "Regulars", "userName": "Ada Kim",
            "platform": "iOS", "device": "iPhone 15", "appVersion": "4.2.0", "custom": {"Membership": "Gold"},
        }],
    ),
    flag("setEnviromentInformationOnce", "Make the environment itself too.", example=True),
    about="Answers with status 201.",
    answer={"result": "Successfully created "},
    errors={
        201: ["Successfully created "],
        400: ["Missing params: users", "Invalid params: users[0] is no object"],
        401: ["Missing parameter app_id"],
    },
)  # fmt: skip
describe(
    "/o/populator/environment/check", TAG, "Whether the name of an environment is free", app_id(),
    text("environment_name", "The name.", required=True, example="Regulars"),
    answer={"result": True},
    schema={"anyOf": [
        {"type": "object", "required": ["result"]},
        {"type": "object", "required": ["errorMsg"]},
    ]},
    errors={401: ["Missing parameter environment_name", "Missing parameter app_id"]},
)  # fmt: skip
describe(
    "/o/populator/environment/list", TAG, "Environments of an application", app_id(),
    answer=[{
        "_id": "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "name": "Regulars", "templateId": "defaultEcommerce",
        "appId": "5f8c6f2e1b2c3d4e5f607182", "createdAt": 1741775400000,
    }],
    errors={401: ["Missing parameter app_id"]},
)  # fmt: skip
describe(
    "/o/populator/environment/get", TAG, "Users of an environment", app_id(), ENVIRONMENT_ID, TEMPLATE_ID,
    *table_parameters("userName", "platform", "device", "appVersion", "createdAt"),
    answer={
        "sEcho": "1", "iTotalRecords": 1, "iTotalDisplayRecords": 1,
        "aaData": [{
            "_id": "5f8c6f2e1b2c3d4e5f607182_defaultEcommerce_2fd4e1c67a2d28fced849ee1bb76e7391b93eb12_d1",
            "userName": "Ada Kim", "platform": "iOS", "device": "iPhone 15", "appVersion": "4.2.0",
            "custom": {"Membership": "Gold"}, "createdAt": 1741775400000,
        }],
    },
    schema={"type": "object", "required": ["aaData", "iTotalRecords"]},
    errors={401: ["Missing parameter environment_id", "Missing parameter template_id", "Missing parameter app_id"]},
)  # fmt: skip
describe(
    "/o/populator/environment/remove", TAG, "Remove an environment", app_id(), ENVIRONMENT_ID, TEMPLATE_ID,
    answer={"result": True},
    errors={401: ["Missing parameter environment_id", "Missing parameter template_id", "Missing parameter app_id"]},
)  # fmt: skip
