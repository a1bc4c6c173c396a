"""The management API of members."""

from apps.plugin_api.descriptions import (
    ANYTHING,
    TEXT,
    Parameter,
    app_id,
    args,
    choice,
    describe,
    flag,
    integer,
    json,
    list_of,
    map_of,
    object_of,
    text,
)

TAG = "Members"
ID = "5f8c6f2e1b2c3d4e5f607183"
APPLICATION = "5f8c6f2e1b2c3d4e5f607182"
PERMISSION = {
    "_": {"a": [APPLICATION], "u": [[]]},
    "c": {},
    "r": {APPLICATION: {"all": False, "allowed": {"core": True}}},
    "u": {},
    "d": {},
}
OWN = {
    "_id": ID, "full_name": "Ada Lovelace", "username": "ada", "email": "ada@example.com", "global_admin": False,
    "permission": PERMISSION, "api_key": "0123456789abcdef0123456789abcdef", "created_at": 1741737600, "lang": "en",
}  # fmt: skip
SHOWN = {
    "_id": ID, "full_name": "Ada Lovelace", "username": "ada", "email": "ada@example.com", "global_admin": False,
    "permission": PERMISSION, "locked": False, "created_at": 1741737600, "last_login": 1741775400,
    "is_current_user": False,
}  # fmt: skip
RIGHTS: tuple[Parameter, ...] = (
    json("permission", "`_.a`: applications to administer; `c`, `r`, `u`, `d`: features that the member may create, "
         "read, change, delete, by application.", map_of(ANYTHING), example=PERMISSION),
    flag("global_admin", "May do everything.", example=False),
    json("admin_of", "Of the time before `permission`.", list_of(TEXT)),
    json("user_of", "Of the time before `permission`.", list_of(TEXT)),
    text("lang", "Language.", example="en"),
)  # fmt: skip
NAMES = {"full_name": "Ada Lovelace", "username": "ada", "email": "ada@example.com", "password": "Correct-Horse-1"}
SENTENCES = ["Missing 'args' parameter", "Length of password is lower than min length value"]

describe(
    "/i/users/create",
    TAG,
    "Create a member",
    args(*(text(name, name.replace("_", " ").capitalize() + ".", required=True, example=example)
           for name, example in NAMES.items()), *RIGHTS),
    about="Errors of `args` come as a list of sentences.",
    answer=OWN,
    errors={400: [*SENTENCES, "Missing full_name argument", "Email or username already exists"]},
)  # fmt: skip
describe(
    "/i/users/update",
    TAG,
    "Change a member",
    args(text("user_id", "Of the member.", required=True, example=ID),
         *(text(name, name.replace("_", " ").capitalize() + ".", example=example) for name, example in NAMES.items()),
         flag("locked", "A locked member cannot do anything."), flag("subscribe_newsletter", "Kept as sent."),
         text("member_image", "Kept as sent."), *RIGHTS),
    answer={"result": "Success"},
    errors={400: [*SENTENCES, "Missing user_id argument"], 500: ["Error updating user"]},
)  # fmt: skip
describe(
    "/i/users/delete",
    TAG,
    "Delete members",
    args(json("user_ids", "Of the members; who calls is left out.", list_of(TEXT), required=True, example=[ID])),
    answer={"result": "Success"},
    errors={
        400: ["Error: Missing user_ids argument"],
        500: ["User deletion failed, please see logs for more detail"],
    },
)
describe(
    "/i/users/deleteOwnAccount",
    TAG,
    "Delete the account of who calls",
    text("password", "Of the account.", required=True, example="Correct-Horse-1"),
    answer={"result": "Success"},
    errors={400: ["password mandatory", "password not valid", "global admin limit"]},
)
describe(
    "/i/users/updateHomeSettings",
    TAG,
    "Keep what the first page of an application shows",
    app_id(),
    json("homeSettings", "Kept as sent, by application.", map_of(ANYTHING), required=True, example={"widgets": {}}),
    answer={"result": "Success"},
    errors={400: ["`app_id` must be passed", "`homeSettings` should contain stringified object with home settings"]},
)
describe(
    "/i/users/ack",
    TAG,
    "Remember that the member has seen a note of the dashboard",
    app_id(),
    text("path", "Of the note.", example="welcome"),
    answer={"notes.welcome": True},
    schema=map_of({"const": True}),
    errors={400: ['Invalid parameter "path"']},
)
describe(
    "/o/users/all",
    TAG,
    "All members",
    about="By id. `blocked`: too many failed log-ins.",
    answer={ID: {**SHOWN, "blocked": False}},
    schema=map_of({"type": "object"}),
)
describe("/o/users/me", TAG, "The account of who asks, API key included", answer=OWN)
describe(
    "/o/users/id",
    TAG,
    "One member",
    text("id", "Of the member.", required=True, example=ID),
    about="By id; empty when there is no such member.",
    answer={ID: SHOWN},
    schema=map_of({"type": "object"}),
    errors={401: ["Missing user id parameter"]},
)
describe(
    "/o/users/permissions",
    TAG,
    "Names of what members may be given rights on",
    app_id(required=False),
    answer={"features": ["core", "events"], "featuresPermissionDependency": {}},
)
describe(
    "/o/users/reset_timeban",
    TAG,
    "Let somebody log in again who failed too often",
    text("username", "Name or e-mail.", required=True, example="ada"),
    answer=True,
)

TOKENS = "Tokens"
EXAMPLE = "0123456789abcdef0123456789abcdef01234567"
describe(
    "/i/token/create",
    TOKENS,
    "Create a token that stands for who calls",
    integer("ttl", "Seconds it lives; 0: for ever. Default: 1800.", example=1800),
    choice("multi", "`false`: for one request only.", ["true", "false"]),
    text("apps", "Ids of the applications it is for, separated by commas; default: all.", example=APPLICATION),
    text("endpoint", "Patterns of the addresses it is for, separated by commas.", example="^/o/apps"),
    json("endpointquery", "The same with patterns of parameters; wins over `endpoint`.",
         list_of(object_of(text("endpoint", "Pattern of the address.", required=True),
                           json("params", "Patterns by parameter.", map_of(TEXT)))),
         example=[{"endpoint": "^/o$", "params": {"method": "^users$"}}]),
    text("purpose", "For people.", example="Screen in the hall"),
    about="The answer is the token.",
    answer={"result": EXAMPLE},
    errors={400: ['Invalid parameter "ttl"', 'Invalid parameter "apps"', 'Invalid parameter "endpoint"']},
)  # fmt: skip
describe(
    "/i/token/delete",
    TOKENS,
    "Delete a token of one's own",
    text("tokenid", "The token.", required=True, example=EXAMPLE),
    answer={"result": {"acknowledged": True, "deletedCount": 1}},
    errors={404: ["Token id not provided"]},
)
describe(
    "/o/token/list",
    TOKENS,
    "One's own tokens",
    answer={
        "result": [
            {"_id": EXAMPLE, "ttl": 1800, "ends": 1741777200, "multi": True, "owner": ID, "app": "", "endpoint": "",
             "purpose": "Screen in the hall", "temporary": False},
        ]
    },
    schema=object_of(json("result", "The tokens.", list_of({"type": "object"}), required=True)),
)  # fmt: skip
describe(
    "/o/token/check",
    TOKENS,
    "How long a token will live",
    text("token", "The token.", required=True, example=EXAMPLE),
    about="`time`: seconds left; -1 for ever, 0 not valid.",
    answer={"result": {"valid": True, "time": 1712}},
    errors={400: ['Missing parameter "token"']},
)
