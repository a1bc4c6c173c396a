"""Collections of the plugin and the fields of their documents; nothing else names them."""

import hashlib
import re
from typing import Any

from pymongo import ASCENDING, IndexModel

from apps.core import schema

TEMPLATES, ENVIRONMENTS, ENVIRONMENT_USERS = (
    "populator_templates",
    "populator_environments",
    "populator_environment_users",
)
NAME, IS_STOCK, GENERATED_ON, EDITED_BY = "name", "isDefault", "generatedOn", "lastEditedBy"
LISTS = ("users", "events", "views", "sequences")
APPLICATION, TEMPLATE, CREATED = "appId", "templateId", "createdAt"
USER_NAME, PLATFORM, DEVICE, APP_VERSION, CUSTOM = "userName", "platform", "device", "appVersion", "custom"

Document = dict[str, Any]


def register_collections() -> None:
    schema.register_collection(TEMPLATES)
    schema.register_collection(ENVIRONMENTS, [IndexModel([(APPLICATION, ASCENDING)])])
    schema.register_collection(ENVIRONMENT_USERS)


def environment_id(application_id: str, name: str) -> str:
    text = f"{application_id}{name}".encode("utf-8", "replace")
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


def user_id(application_id: str, template_id: str, environment: str, device_id: str) -> str:
    return f"{application_id}_{template_id}_{environment}_{device_id}"


def device_of(user: str) -> str:
    """The device id that the id of such a user ends with."""
    return user.split("_", 3)[-1]


def users_of(*parts: str) -> Document:
    """A filter for the users of an application, of one of its templates, or of one environment."""
    return {"_id": {"$regex": f"^{re.escape('_'.join(parts))}_"}}
