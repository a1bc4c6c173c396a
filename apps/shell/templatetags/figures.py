"""Numbers in words, and `{% asset %}`: a file that set-up may not have fetched."""

from django import template
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import json_script
from django.utils.safestring import SafeString

from apps.shell import figures

register = template.Library()

register.filter("exact", figures.exact)
register.filter("compact", figures.compact)
register.filter("duration", figures.duration)
register.filter("percent", figures.percent)


@register.filter
def width(share: float) -> str:
    """Percent as an attribute: with a point, whatever the language of the page, and never beyond the whole."""
    return f"{max(0.0, min(100.0, float(share))):.2f}%"


@register.simple_tag
def figure_words() -> SafeString:
    """What figures.js must know of the language."""
    return json_script(dict(figures.words()), "figure-words")


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file; empty when it is not there, so that a page stands without it."""
    try:
        is_there = staticfiles_storage.exists(path) or finders.find(path) is not None
        return str(staticfiles_storage.url(path)) if is_there else ""
    except ValueError:  # the manifest does not know it
        return ""
