"""The application that demo traffic goes to, and the server that it goes through."""

from django.conf import settings

from apps.applications import lifecycle
from apps.applications.info import ApplicationInfo, from_document
from apps.core import mongo
from countly_site.environment import embedded_endpoints

DEMO_NAME = "Demo"


def demo_application(owner: str = "") -> ApplicationInfo:
    """The one named so, which is made at the first time."""
    found = mongo.collection("apps").find_one({"name": DEMO_NAME})
    if found is None:
        lifecycle.create_application(DEMO_NAME, timezone="Europe/Berlin", country="DE", type="mobile", owner=owner)
        found = mongo.collection("apps").find_one({"name": DEMO_NAME}) or {}
    return from_document(found)


def running_url() -> str:
    """Of the server that `manage.py up` runs here."""
    return started_url() or f"http://{settings.HOST}:{settings.PORT}"


def started_url() -> str:
    """The same; "" where none was started so, as in containers."""
    return embedded_endpoints(settings.DATA_DIR).get("web_url", "")
