"""`{% figure %}`: a number that figures.js can move. `{% asset %}`: a file that set-up may not have fetched."""

from django import template
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.dashboard import figures

register = template.Library()

register.filter("exact", figures.exact)
register.filter("compact", figures.compact)
register.filter("duration", figures.duration)


@register.simple_tag
def figure(value: float, kind: str = "count") -> SafeString:
    """`kind` is one of `figures.SHORT`; durations are seconds."""
    full = figures.exact_duration(value) if kind == "duration" else figures.exact(value)
    return format_html(
        '<data value="{}" data-kind="{}" title="{}">{}</data>', value, kind, full, figures.SHORT[kind](value)
    )


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file; empty when it is not there, so that a page stands without it."""
    try:
        is_there = staticfiles_storage.exists(path) or finders.find(path) is not None
        return str(staticfiles_storage.url(path)) if is_there else ""
    except ValueError:  # the manifest does not know it
        return ""
