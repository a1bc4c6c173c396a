"""What the tests of security (tests/security) ask of this plugin."""

from collections.abc import Callable

from plugins.populator import environments, templates
from plugins.populator.stock import STOCK
from tests.security.people import World

ENDPOINTS = """
/i/populator/environment/save   creator populator
/i/populator/templates/create   creator populator
/i/populator/templates/edit     updater populator
/i/populator/templates/remove   deleter populator
/o/populator/environment/check  reader populator
/o/populator/environment/get    reader populator
/o/populator/environment/list   reader populator
/o/populator/environment/remove deleter populator
/o/populator/templates          reader populator
"""

PAGES = """
/applications/<str:application_id>/populate reader populator
/applications/<str:application_id>/populate/environments/<str:environment_id> reader populator
/applications/<str:application_id>/populate/templates reader populator
/applications/<str:application_id>/populate/templates/<str:template_id> reader populator
"""

SEEN = ("template", "environment")
NAMES = tuple(template.document["name"] for template in STOCK.values())


def things(world: World, text: Callable[[str], str], is_shared: bool) -> dict[str, str]:
    """They are made once: they are asked for more than once. Templates are the whole server's: when nothing is to be
    shared, one without anything to be read stands for them."""
    name = text("template") if is_shared else "Everybody's"
    found = next((one for one in templates.stored() if one["name"] == name), None)
    if found is None:
        values = [{"key": name, "probability": 1}]
        properties = [{"key": "Plan", "values": values, "conditions": []}]
        fields = {"name": name, "uniqueUserCount": 1, "platformType": [name], "users": properties}
        found = templates.create(fields, name)
    template_id, environment = str(found["_id"]), text("environment")
    user = {"deviceId": "d1", "templateId": template_id, "environmentName": environment}
    user |= {"userName": environment, "custom": {environment: environment}}
    environments.save_users(world.shop.id, environments.read_users([user], world.shop.id))
    key = environments.create(world.shop.id, environment, template_id)
    return {"environment_id": key, **({"template_id": template_id} if is_shared else {})}
