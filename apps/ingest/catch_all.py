from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from apps.core import answers
from apps.core.parameters import request_parameters
from apps.ingest.acceptance import invalid_id_name


@csrf_exempt
def invalid_path(request: HttpRequest) -> HttpResponse:
    """The protocol's answer to an address it does not have."""
    if request.method == "OPTIONS":
        return answers.preflight()
    if request.method not in ("GET", "POST"):
        return answers.message("Method not allowed", 405)
    invalid = invalid_id_name(request_parameters(request))
    if invalid:
        return answers.message(f'Invalid parameter "{invalid}"', 400)
    return answers.message("Invalid path", 400)
