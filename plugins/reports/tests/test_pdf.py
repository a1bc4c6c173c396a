from pathlib import Path

import pytest
from django.utils import translation
from fontTools.ttLib import TTFont

from plugins.reports import fonts, markup, pdf
from plugins.reports.markup import Cell, Grid, Text

PAGE = """<h1>Größe &amp; <b>Ж</b></h1><p class="muted">1&nbsp;Nov</p>
<table><thead><tr><th>Figure</th><th class="number">Value</th></tr></thead>
<tbody><tr><td>Sessions</td><td class="number">1,234</td><td>5%</td></tr><tr><td></td></tr></tbody></table>loose"""


def test_the_html_of_a_report_is_read_back() -> None:
    blocks = markup.read(PAGE)
    assert blocks == [
        Text("Größe & Ж", level=1),
        Text("1 Nov", is_muted=True),
        Grid(
            head=[Cell("Figure"), Cell("Value", is_number=True)],
            rows=[[Cell("Sessions"), Cell("1,234", is_number=True), Cell("5%")], [Cell("")]],
        ),
        Text("loose"),
    ]
    assert markup.as_text(blocks).splitlines()[2:] == ["  Sessions: 1,234 (5%)", "  loose"]


@pytest.mark.parametrize(
    "text",
    [
        "Größe",
        "Ж Ω Tiếng Việt",
        "متجرنا",
        "שלום",
        "日本語の店",
        "體灣",
        "한국어",
        "हिन्दी",
        "ไทย",
        "\U0001f600 \u2764 \U0001f6d2",
    ],
)
def test_letters_of_all_scripts_are_drawn(text: str, tmp_path: Path) -> None:
    files, drawn = fonts.unpack(text, tmp_path)
    assert {ord(letter) for letter in text} <= drawn
    assert drawn == {letter for file in files for letter in TTFont(file).getBestCmap()}


def test_doctor_tells_where_there_are_no_letters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert [finding.level for finding in fonts.check()] == ["ok"]
    monkeypatch.setattr(fonts, "_pieces", tuple)
    assert [finding.level for finding in fonts.check()] == ["warn"]
    assert pdf.of_html("x", PAGE).startswith(b"%PDF-")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_pdf_holds_the_letters_that_it_shows(language: str) -> None:
    with translation.override(language):
        content = pdf.of_html("Größe", PAGE + "<p>店 متجر \U0001f600</p>")
    assert content.startswith(b"%PDF-")
    assert content.count(b"/FontFile2") == 5  # Latin, Cyrillic, Chinese, Arabic, emoji


def test_what_no_font_draws_is_a_question_mark_and_what_is_invisible_is_nothing() -> None:
    drawn = {ord(letter) for letter in "ab\u2764"}
    assert pdf._drawable("a b\u2764\ufe0f\u200d\u2603", drawn) == "a b\u2764?"
    assert pdf._drawable("a\u200db", drawn | {0x200D}) == "a\u200db"
