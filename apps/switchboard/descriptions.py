"""Features and settings in the description of the API."""

from apps.plugin_api.descriptions import ANYTHING, TEXT, any_of, app_id, describe, json, list_of, map_of

TAG = "Features and settings"
SETTINGS = {"logger": {"state": "automatic", "limit": 1000}}
NAMESPACES = map_of(map_of(ANYTHING))
CONFIGS = json(
    "configs", "Namespace to setting to value.", NAMESPACES, required=True, example={"logger": {"limit": 500}}
)

describe(
    "/o/plugins", TAG, "All features",
    about="Features that cannot be used are among them, with `problem`, which says why.",
    answer=[
        {
            "enabled": True,
            "code": "logger",
            "title": "Incoming data logs",
            "name": "logger",
            "description": "Keeps the newest requests.",
            "version": "1.0.0",
            "author": "",
            "homepage": "",
            "cly_dependencies": {},
        }
    ],
)  # fmt: skip
describe(
    "/o/system/plugins", TAG, "Names of the features that are on", schema=list_of(TEXT), answer=["logger", "views"]
)
describe(
    "/i/plugins", TAG, "Switch features",
    json("plugin", "Name to on or off.", map_of({"type": "boolean"}), required=True, example={"logger": False}),
    about="Holds in all processes within seconds. A feature whose parent is off is off, whatever is said of it.",
    answer={"result": "started"}, schema=any_of(map_of(TEXT), TEXT),  # a bare text where nothing was named
    errors={400: ["Unknown plugin: x", 'Invalid parameter "plugin"']},
)  # fmt: skip
describe("/o/plugins-check", TAG, "How far the switching of features is", answer={"result": "completed"})
describe(
    "/o/configs", TAG, "All settings", app_id(),
    about="Without those of features that are off. `_user` names settings that members may have for themselves.",
    schema=NAMESPACES, answer=SETTINGS, errors={400: ["No app id provided"]},
)  # fmt: skip
describe(
    "/i/configs", TAG, "Change settings", CONFIGS,
    about="Answers all settings. A text for a number is read as one, 0 where it is none.",
    schema=NAMESPACES, answer=SETTINGS, errors={400: ["Error updating configs"]},
)  # fmt: skip
describe(
    "/o/userconfigs", TAG, "The member's own settings",
    about="Those that members may have for themselves, as they hold for this one.",
    schema=NAMESPACES, answer={},
)  # fmt: skip
describe(
    "/i/userconfigs", TAG, "Change the member's own settings", CONFIGS,
    about="Settings that members cannot have for themselves are passed over.",
    schema=NAMESPACES, answer={}, errors={400: ["Error updating configs"]},
)  # fmt: skip
