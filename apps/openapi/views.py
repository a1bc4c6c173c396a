"""`/api/schema`, and two readers for it: Swagger UI at `/api/docs`, Redoc at `/api/redoc`."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

#: Both readers put styles into the page; Redoc searches in a worker that it makes itself.
READERS_POLICY = "; ".join(
    [
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """YAML with `format=yaml` or where only that is accepted, JSON otherwise."""
    # The generator costs 10 MB and is needed by few processes, so it is loaded when somebody asks.
    from apps.openapi.generator import rendered

    format_name = "yaml" if _wants_yaml(request) else "json"
    return HttpResponse(rendered(format_name), content_type=f"application/{format_name}")


def _wants_yaml(request: HttpRequest) -> bool:
    asked = request.GET.get("format")
    if asked:
        return asked == "yaml"
    return request.get_preferred_type(["application/json", "application/yaml"]) == "application/yaml"


@require_safe
def swagger(request: HttpRequest) -> HttpResponse:
    return _reader(request, "openapi/swagger.html")


@require_safe
def redoc(request: HttpRequest) -> HttpResponse:
    return _reader(request, "openapi/redoc.html")


def _reader(request: HttpRequest, template: str) -> HttpResponse:
    response = render(request, template)
    response.headers["Content-Security-Policy"] = READERS_POLICY
    return response
