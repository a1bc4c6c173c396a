import gettext as standard_library

import pytest

from apps.system import translations
from apps.system.translations import Room

SOURCE = """
from django.utils.translation import gettext as _, ngettext, pgettext

def texts(number, name):
    return [
        _("Sessions of %(name)s") % {"name": name},
        _("in two"
          " lines"),
        ngettext("%(number)s user", "%(number)s users", number),
        pgettext("month", "May"),
        _(name),
    ]
"""
TEMPLATE = """{% load i18n %}
    <p title="{% translate 'May' %}">{% blocktranslate with n=name %}Hello {{ n }}{% endblocktranslate %}
  {% blocktranslate count number=count %}One{% plural %}{{ number }} of them{% endblocktranslate %}</p>
"""
ALL = {
    ("", "Sessions of %(name)s"),
    ("", "in two lines"),
    ("", "%(number)s user"),
    ("month", "May"),
    ("", "May"),
    ("", "Hello %(n)s"),
    ("", "One"),
}


@pytest.fixture
def room(tmp_path):
    (tmp_path / "texts.py").write_text(SOURCE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_texts.py").write_text('from x import gettext as _\n_("Of a test")\n')
    return Room("server", tmp_path, (tmp_path,))


def translate(room, **strings):
    """Puts them into the catalog by hand, as translators do."""
    path = room.catalog_path("de")
    catalog = translations.read(path)
    for message in catalog:
        text = message.id if isinstance(message.id, str) else (message.id or ("",))[0]
        if text in strings and not message.context:
            message.string = strings[text]
    path.write_bytes(translations._as_file(catalog))


def test_texts_are_found_in_python_and_in_templates(room):
    assert {translations._key(message) for message in translations.texts_of(room) if message.id} == ALL


def test_update_keeps_what_is_translated_and_forgets_what_is_gone(room):
    assert translations.update(room, "de") == len(ALL)
    translate(room, **{"May": "Mag", "in two lines": "in zwei Zeilen"})
    first = room.catalog_path("de").read_bytes()
    (room.folder / "templates" / "page.html").unlink()
    assert translations.update(room, "de") == 3
    kept = translations.read(room.catalog_path("de"))
    assert (kept.get("in two lines").string, kept.get("May"), kept.get("May", "month").string) == (
        "in zwei Zeilen",
        None,
        "",
    )
    (room.folder / "templates" / "page.html").write_text(TEMPLATE)
    translations.update(room, "de")
    translate(room, May="Mag")
    assert room.catalog_path("de").read_bytes() == first  # the order of work leaves no trace


def test_compiled_catalog_holds_what_is_translated(room):
    translations.update(room, "de")
    translate(room, **{"Hello %(n)s": "Hallo %(n)s", "%(number)s user": ("%(number)s Nutzer", "%(number)s Nutzer")})
    path = room.catalog_path("de")
    assert translations.compile_outdated([path]) == [path]
    assert translations.compile_outdated([path]) == []
    with path.with_suffix(".mo").open("rb") as file:
        german = standard_library.GNUTranslations(file)
    assert [german.gettext("Hello %(n)s"), german.gettext("May")] == ["Hallo %(n)s", "May"]
    assert german.ngettext("%(number)s user", "%(number)s users", 2) == "%(number)s Nutzer"


def test_problems_name_the_text(room):
    translations.update(room, "de")
    strings = {text: text for _context, text in ALL} | {"Hello %(n)s": "Hallo %(name)s", "One": ("Eins", "")}
    strings["%(number)s user"] = ("Ein Nutzer", "%(number)s Nutzer")
    translate(room, **strings)
    (room.folder / "texts.py").write_text(SOURCE.replace("in two", "in three").replace("month", "Monat"))
    assert sorted(translations.problems(room, "de")) == [
        "server: nobody uses: 'May'",
        "server: nobody uses: 'in two lines'",
        "server: not translated: 'May'",
        "server: not translated: 'One'",
        "server: not translated: 'in three lines'",
        "server: placeholders or tags differ: '%(number)s user'",
        "server: placeholders or tags differ: 'Hello %(n)s'",
    ]
