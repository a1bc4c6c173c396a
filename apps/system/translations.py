"""Translations: texts are read from the sources, kept in catalogs (`locale/de/LC_MESSAGES/django.po`) and compiled, by
Babel alone: the programs of gettext need not be there.

The server has one catalog per language, and each plugin one of its own beside its code, with the texts that the
server's does not have. Catalogs are sorted and name no lines of code, so that two branches that add texts seldom meet.
Compiled catalogs are not committed: they are made where they are missing or old.
"""

import io
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

from apps.plugin_api.config import PluginConfig

logger = logging.getLogger(__name__)

SOURCE_LANGUAGE = "en"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATES = (".html", ".txt")
LEFT_OUT = {"tests", "migrations", "mongo_migrations", "new_plugin", "__pycache__", "static", "locale"}
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
_TAG = re.compile(r"</?\w+[^>]*>")

Key = tuple[str, str]  # context ("" for most) and text


@dataclass(frozen=True, slots=True)
class Room:
    """What has a catalog of its own."""

    name: str  # "server", or that of the plugin
    folder: Path  # holds `locale`
    sources: tuple[Path, ...]

    def catalog_path(self, language: str) -> Path:
        return self.folder / "locale" / language.replace("-", "_") / "LC_MESSAGES" / "django.po"

    def catalog_paths(self) -> list[Path]:
        return sorted(self.folder.glob("locale/*/LC_MESSAGES/django.po"))


def rooms() -> list[Room]:
    """The server first."""
    base = Path(settings.BASE_DIR)
    server = Room("server", base, (base / "apps", base / "countly_site", base / "templates"))
    plugins = [config for config in apps.get_app_configs() if isinstance(config, PluginConfig)]
    return [server, *(Room(plugin.plugin, Path(plugin.path), (Path(plugin.path),)) for plugin in plugins)]


def languages() -> list[str]:
    """Those that the server is translated to."""
    return [path.parts[-3].replace("_", "-") for path in rooms()[0].catalog_paths()]


# Reading the sources ---------------------------------------------------------------------------------------------
def texts_of(room: Room) -> Catalog:
    found = Catalog()
    for path in sorted(path for source in room.sources for path in _files(source)):
        source_text = path.read_text()
        if path.suffix in TEMPLATES:
            # What Django makes of a template is lines of `gettext(...)` among filler; Python must not see its indents.
            source_text = "\n".join(line.strip() for line in templatize(source_text).splitlines())
        elif "gettext" not in source_text:
            continue
        for _line, function, argument, _comments in extract_python(
            io.BytesIO(source_text.encode()), KEYWORDS, (), {"encoding": "utf-8"}
        ):
            _add(found, function, argument)
    return found


def _files(source: Path) -> Iterator[Path]:
    for path in source.rglob("*"):
        if path.suffix in (".py", *TEMPLATES) and not LEFT_OUT.intersection(path.relative_to(source).parts):
            yield path


def _add(catalog: Catalog, function: object, argument: object) -> None:
    arguments = list(argument) if isinstance(argument, tuple | list) else [argument]
    name = str(function)
    context = arguments.pop(0) if name.lstrip("n").startswith("pgettext") else None
    texts = [text for text in arguments if isinstance(text, str)]
    if not texts or not texts[0]:
        return  # computed: it is marked where it stands
    is_plural = name.startswith("n") and len(texts) > 1
    catalog.add((texts[0], texts[1]) if is_plural else texts[0], context=context if isinstance(context, str) else None)


# Catalogs --------------------------------------------------------------------------------------------------------
def update(room: Room, language: str) -> int:
    """Brings the catalog up to the sources: new texts are empty, texts that nobody uses any more go. Returns how many
    are not translated."""
    path = room.catalog_path(language)
    wanted = _wanted(room, language)
    old = read(path)
    fresh = Catalog(locale=Locale.parse(language, sep="-"))
    missing = 0
    for message in wanted:
        known = old.get(message.id, message.context)
        if known is None or not _is_translated(known.string):
            known = _elsewhere(message, language) or known
        string = known.string if known is not None and _fits(known, message) else ""
        flags = {"fuzzy"} if known is not None and known.fuzzy else set()
        fresh.add(message.id, string, context=message.context, flags=flags)
        missing += not _is_translated(string)
    if wanted:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_as_file(fresh))
    elif path.exists():
        path.unlink()
    return missing


def _elsewhere(message: Message, language: str) -> Message | None:
    """A text that moves between the server and a plugin takes its translation along."""
    for room in rooms():
        known = read(room.catalog_path(language)).get(message.id, message.context)
        if known is not None and _is_translated(known.string):
            return known
    return None


def _wanted(room: Room, language: str) -> list[Message]:
    found = _messages(texts_of(room))
    if room.name == "server":
        return found
    server = {_key(message) for message in _messages(read(rooms()[0].catalog_path(language)))}
    return [message for message in found if _key(message) not in server]


def read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file)


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _key(message: Message) -> Key:
    return (message.context or "", message.id if isinstance(message.id, str) else message.id[0])


def _fits(known: Message, message: Message) -> bool:
    return isinstance(known.id, str) == isinstance(message.id, str)


def _is_translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _as_file(catalog: Catalog) -> bytes:
    """Without dates and names of tools, which would change with every run."""
    body = io.BytesIO()
    write_po(body, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    header = {
        "Language": str(catalog.locale),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": catalog.plural_forms,
    }
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in header.items())
    return f'msgid ""\nmsgstr ""\n{lines}\n'.encode() + body.getvalue().strip() + b"\n"


def problems(room: Room, language: str) -> Iterator[str]:
    """What keeps the room from being complete in the language: missing, unsure, no longer used, other placeholders."""
    catalog = read(room.catalog_path(language))
    wanted = {_key(message): message for message in _wanted(room, language)}
    known = {_key(message): message for message in _messages(catalog)}
    for key in wanted:
        if key not in known or not _is_translated(known[key].string):
            yield f"{room.name}: not translated: {key[1]!r}"
    for key, message in known.items():
        if key not in wanted:
            yield f"{room.name}: nobody uses: {key[1]!r}"
        if message.fuzzy:
            yield f"{room.name}: unsure (fuzzy): {key[1]!r}"
        if _is_translated(message.string) and _marks_differ(message):
            yield f"{room.name}: placeholders or tags differ: {key[1]!r}"


def _marks_differ(message: Message) -> bool:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    allowed = [_marks(text) for text in ids]
    return any(_marks(text) not in allowed for text in strings)


def _marks(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text)) + sorted(_TAG.findall(text))


# Compiling -------------------------------------------------------------------------------------------------------
def compile_outdated(paths: Iterable[Path] | None = None) -> list[Path]:
    """Returns the catalogs that were compiled. Where files cannot be written, the log says it."""
    compiled = []
    for path in paths if paths is not None else [path for room in rooms() for path in room.catalog_paths()]:
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        try:
            _compile(path, target)
        except OSError as error:
            logger.warning("the translation %s cannot be compiled: %s", path, error)
            continue
        compiled.append(path)
    return compiled


def _compile(path: Path, target: Path) -> None:
    catalog = read(path)
    for message in _messages(catalog):
        if not _is_translated(message.string) or message.fuzzy:
            catalog.delete(message.id, message.context)
    fresh = target.with_name(f"{target.name}.new")
    with fresh.open("wb") as file:
        write_mo(file, catalog)
    fresh.replace(target)
