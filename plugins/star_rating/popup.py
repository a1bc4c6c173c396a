"""The form that people see: a page that SDKs show in a frame or in a web view, on whatever site or app."""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from apps.applications import lookup
from apps.plugin_api import configuration
from plugins.star_rating import documents, pictures, widget_fields, widgets

LONGEST_PARAMETER = 4_096
SYMBOLS = {"emojis": "😠😟😐😊😍", "stars": "★★★★★"}
THUMBS = ((1, "👎"), (5, "👍"))
PICTURE_HEADERS = {"Cache-Control": "public, max-age=3600", "Content-Security-Policy": "default-src 'none'"}
#: What the form sends along, as the SDK told it.
TOLD = ("app_key", "device_id", "app_version", "platform", "sdk_name", "sdk_version")


@require_safe
@never_cache
@xframe_options_exempt
def show(request: HttpRequest) -> HttpResponse:
    key = documents.widget_key(request.GET.get("widget_id"))
    widget = widgets.by_id(key) if key is not None else None
    is_preview = "preview" in request.GET
    if widget is None or not (is_preview or widget_fields.is_true(widget.get("status", widget.get("is_active")))):
        return _framed(render(request, "star_rating/gone.html", status=404), "")
    nonce = secrets.token_urlsafe(16)
    told = {name: request.GET.get(name, "")[:LONGEST_PARAMETER] for name in TOLD}
    colors = configuration.read("feedback", lookup.by_id(str(widget.get("app_id") or "")))
    page = render(
        request,
        "star_rating/popup.html",
        {
            "widget": widget,
            "id": str(key),
            "told": told,
            "can_send": bool(told["app_key"] and told["device_id"]) and not is_preview,
            "nonce": nonce,
            "main_color": _color(colors["main_color"], "#0166D6"),
            "font_color": _color(colors["font_color"], "#FFFFFF"),
            "options": options(widget),
            "logo": _logo(widget, str(colors["feedback_logo"] or "")),
            "consent": consent(widget),
        },
    )
    return _framed(page, nonce)


def options(widget: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What can be chosen. Two thumbs are the worst and the best."""
    texts = widget.get("ratings_texts")
    if not isinstance(texts, list) or len(texts) != len(widget_fields.RATING_TEXTS):
        texts = widget_fields.RATING_TEXTS
    if widget.get("rating_symbol") == "thumbs":
        return [{"rating": rating, "symbol": symbol, "text": texts[rating - 1]} for rating, symbol in THUMBS]
    symbols = SYMBOLS.get(str(widget.get("rating_symbol")), SYMBOLS["emojis"])
    return [
        {"rating": rating, "symbol": symbols[rating - 1], "text": texts[rating - 1]} for rating in documents.RATINGS
    ]


def consent(widget: Mapping[str, Any]) -> SafeString:
    """The sentence that people agree to, and links below it; empty where none is asked for."""
    if not widget_fields.is_true(widget.get("consent")):
        return SafeString("")
    named = [one for one in widget.get("links") or [] if isinstance(one, Mapping)]
    links = [
        (str(one["link"]), str(one.get("text") or one["link"]))
        for one in named
        if urlsplit(str(one.get("link") or "")).scheme in ("http", "https")
    ]
    shown = format_html_join(" · ", '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>', links)
    return format_html("{} {}", widget.get("finalText") or "", shown)


@require_safe
def stylesheet(request: HttpRequest) -> HttpResponse:
    """Of the button and the frame on somebody's site; the web SDK knows it by this address."""
    return redirect(static("star_rating/embed.css"))


@require_safe
def logo(request: HttpRequest, name: str) -> HttpResponse:
    return _picture(documents.LOGOS, name)


@require_safe
def preview(request: HttpRequest, name: str) -> HttpResponse:
    return _picture(documents.PREVIEWS, name)


def _picture(bucket: str, name: str) -> HttpResponse:
    found = pictures.read(bucket, name)
    if found is None:
        return HttpResponse("Not found", status=404, content_type="text/plain")
    return HttpResponse(found, content_type="image/png", headers=PICTURE_HEADERS)


def _logo(widget: Mapping[str, Any], of_server: str) -> str:
    own = str(widget.get("logo") or "")
    if own and pictures.NAME.fullmatch(own):
        return f"/star-rating/images/{own}"
    if of_server and pictures.NAME.fullmatch(of_server):
        return f"/feedback/preview/{of_server}"
    return ""


def _color(value: Any, default: str) -> str:
    text = str(value)
    if not widget_fields.COLOR.fullmatch(text):
        return default
    return text if text.startswith("#") else f"#{text}"


def _framed(page: HttpResponse, nonce: str) -> HttpResponse:
    """Any site may show it in a frame; it loads and runs nothing but what this server serves as files."""
    page.headers["Content-Security-Policy"] = "; ".join(
        [
            "default-src 'self'",
            "img-src 'self' data:",
            f"style-src 'self' 'nonce-{nonce}'" if nonce else "style-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors *",
        ]
    )
    return page
