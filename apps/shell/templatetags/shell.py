"""`{% part part %}` draws a part of a screen, `{% icon "name" %}` a symbol, `{% cell cell %}` a value of a table."""

from datetime import datetime
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.core import locales
from apps.shell import figures, part_files
from apps.shell.parts import Block, Part

register = template.Library()

ICONS = "tally/icons/icons.svg"
NOTHING = mark_safe("–")


@register.simple_tag(takes_context=True)
def part(context: template.Context, part: Part) -> SafeString:
    visit = context["visit"]
    file = part.file if isinstance(part, Block) else part.template
    values = {"part": part, "visit": visit, "curl": visit.curl(part.api), "exports": part_files.links(part, visit)}
    values |= part.context(visit)
    return render_to_string(file, values, request=context["request"])


@register.simple_tag
def icon(name: str) -> SafeString:
    address = f"{staticfiles_storage.url(ICONS)}#{name}"
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def figure(value: float | None, kind: str = "count") -> SafeString:
    """A number that figures.js can move: short on the screen, exact in the title. `kind`: see figures.SHORT."""
    if value is None:
        return NOTHING
    return format_html(
        '<data value="{}" data-kind="{}" title="{}">{}</data>',
        value,
        kind,
        figures.exactly(value, kind),
        figures.short(value, kind),
    )


@register.simple_tag
def moment(seconds: float | None) -> SafeString:
    """A moment in unix seconds, in the reader's words; in the zone that is active (see gate and Visit)."""
    if not seconds:
        return NOTHING
    found = datetime.fromtimestamp(seconds, timezone.get_current_timezone())
    text = f"{locales.day_text(found)}, {locales.clock_text(found.time())}"
    return format_html('<time datetime="{}">{}</time>', found.isoformat(), text)


@register.simple_tag
def cell(cell: dict[str, Any]) -> SafeString:
    kind, value = cell.get("kind", ""), cell["value"]
    if kind == "moment":
        return moment(value)
    if kind in figures.SHORT:
        return figure(value, kind)
    return format_html("{}", NOTHING if value is None or value == "" else value)
