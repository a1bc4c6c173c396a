"""What newcomers see before they have sent anything: an application of its own, full of believable traffic."""

from apps.accounts.models import Member
from apps.analytics import audience
from apps.applications import lifecycle
from apps.applications.info import ApplicationInfo, from_document
from apps.core import mongo, redis_client
from plugins.populator import populating, samples
from plugins.populator.generation.sessions import FEATURES
from plugins.populator.populating import Order
from plugins.populator.stock import FIRST

NAME = "Demo"
ORDER = Order(template_id=FIRST, users=1_200, days=60, features=(*FEATURES, samples.DASHBOARDS, samples.NOTES))
ASKED_KEY = "tally:populator:demo"
ASKED_SECONDS = 600


def start(member: Member) -> str:
    """Who asks again, or clicks twice, gets the same application without more traffic."""
    application = demo_application(owner=str(member.pk))
    is_first = redis_client.client().set(f"{ASKED_KEY}:{application.id}", "1", nx=True, ex=ASKED_SECONDS)
    if is_first and not audience.has_users(application.id):
        populating.start(ORDER, application, member)
    return application.id


def demo_application(owner: str = "") -> ApplicationInfo:
    """The one named so, which is made at the first time."""
    found = mongo.collection("apps").find_one({"name": NAME})
    if found is None:
        lifecycle.create_application(NAME, timezone="Europe/Berlin", country="DE", type="mobile", owner=owner)
        found = mongo.collection("apps").find_one({"name": NAME}) or {}
    return from_document(found)
