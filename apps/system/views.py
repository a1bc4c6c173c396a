import pymongo
from django.http import HttpRequest, HttpResponse
from pymongo.errors import PyMongoError

from apps.core import answers, mongo

TIMEOUT_SECONDS = 2.0


def ping(request: HttpRequest) -> HttpResponse:
    """For load balancers: says whether the database answers. Needs no login and tells nothing else."""
    if request.method == "OPTIONS":
        return answers.preflight()
    if request.method not in ("GET", "HEAD", "POST"):
        return answers.message("Method not allowed", status=405)
    try:
        with pymongo.timeout(TIMEOUT_SECONDS):
            mongo.database().command("ping")
    except PyMongoError:
        return answers.message("DB Error", status=404)
    return answers.message("Success")
