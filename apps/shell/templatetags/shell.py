"""`{% part part %}` draws a part of a screen, `{% icon "name" %}` a symbol, `{% cell cell %}` a value of a table."""

from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.shell import figures, moments, part_files
from apps.shell.parts import Block, Part

register = template.Library()

ICONS = "tally/icons/icons.svg"
NOTHING = mark_safe("–")


@register.simple_tag(takes_context=True)
def part(context: template.Context, part: Part) -> SafeString:
    visit = context["visit"]
    file = part.file if isinstance(part, Block) else part.template
    values = {
        "part": part,
        "visit": visit,
        "curl": visit.curl(part.api),
        "exports": part_files.links(part, visit),
        "save_link": part_files.form_link(part, visit),
    }
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
    """A moment in unix seconds; see moments.py."""
    if not seconds:
        return NOTHING
    told = moments.at(seconds).isoformat(), moments.exact(seconds), moments.text(seconds)
    return format_html('<time datetime="{}" title="{}">{}</time>', *told)


@register.simple_tag
def cell(cell: dict[str, Any]) -> SafeString:
    kind, value = cell.get("kind", ""), cell["value"]
    if kind == "moment":
        return moment(value)
    if kind in figures.SHORT:
        return figure(value, kind)
    if kind == "mark" and value and cell.get("color") is not None:
        return format_html('<span class="mark color-{}">{}</span>', cell["color"], value)
    return format_html("{}", NOTHING if value is None or value == "" else value)
