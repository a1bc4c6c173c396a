"""The script that draws heat maps on people's own pages. Web SDKs load it from `/views/heatmap.js` when the page was
opened for that; it asks `/o/actions` with the token it was given."""

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

FOLDER = Path(__file__).resolve().parent / "static" / "views"
FILES = ("heat_map_drawing.js", "heat_map_overlay.js")
CACHE_SECONDS = 300


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    headers = {"Cache-Control": f"public, max-age={CACHE_SECONDS}", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(_text(), content_type="text/javascript; charset=utf-8", headers=headers)


@cache
def _text() -> str:
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in FILES)
