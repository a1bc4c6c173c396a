"""A newcomer sees what the product does before he has sent anything: an application full of believable traffic."""

from django.http import HttpRequest

from apps.applications.info import ApplicationInfo
from apps.core import redis_client
from apps.system.demo.application import demo_application, started_url
from apps.system.tasks import task_send_demo

USERS = 150
DAYS = 30
SEED = 1
ASKED_KEY = "tally:demo:asked"
ASKED_SECONDS = 600


def start(request: HttpRequest) -> ApplicationInfo:
    """The worker sends as SDKs do, through the same door. Answers the application, which fills up from now on. Who asks
    again, or clicks twice, gets the same application without more traffic."""
    application = demo_application(owner=str(request.user.pk))
    is_first = redis_client.client().set(ASKED_KEY, application.id, nx=True, ex=ASKED_SECONDS)
    if is_first and not application.last_data:
        url = started_url() or f"{request.scheme}://{request.get_host()}"
        task_send_demo.delay(url=url, app_key=application.key, users=USERS, days=DAYS, seed=SEED)
    return application
