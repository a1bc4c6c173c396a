"""Letters for PDFs. The files are in pieces by script, and those of Chinese, Japanese and Korean in many: a text gets
the pieces that it needs, so a PDF stays small and is made at once.

`deploy/fetch_assets.py` puts them into `vendor/fonts`, a folder for each family.
"""

import io
import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings

from apps.plugin_api.checkup import Finding, ok, warn

FOLDER = Path(settings.BASE_DIR) / "vendor" / "fonts"
#: The first that has a letter draws it.
FAMILIES = (
    "noto-sans", "noto-sans-arabic", "noto-sans-hebrew", "noto-sans-devanagari", "noto-sans-bengali",
    "noto-sans-tamil", "noto-sans-thai", "noto-sans-sc", "noto-sans-kr", "noto-emoji",
)  # fmt: skip
#: Always there: digits, signs and Latin letters.
BASE = "latin"
REGULAR = 400
#: Not needed for letters that stand for themselves, and slow to bring to one weight.
OF_LAYOUT = ("GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "VVAR", "VORG")
#: What makes a font one of many weights. Without them it is the one that it is by default.
OF_WEIGHTS = ("fvar", "gvar", "avar", "HVAR", "MVAR", "STAT")


@dataclass(frozen=True, slots=True)
class Piece:
    path: Path
    ranges: tuple[range, ...]

    def holds(self, characters: Set[int]) -> bool:
        return any(character in one for one in self.ranges for character in characters)


def check() -> Iterator[Finding]:
    """For `manage.py doctor`."""
    if _pieces():
        yield ok("Letters of PDFs", str(FOLDER))
    else:
        text = f"{FOLDER} is missing: reports as PDF have Western letters only"
        yield warn("Letters of PDFs", text, "Run `python deploy/fetch_assets.py`.")


def unpack(text: str, folder: Path) -> tuple[list[Path], Set[int]]:
    """Writes the fonts that the text needs into the folder, as TrueType; the first has the Latin letters. And the
    characters that they draw. No fonts where none were fetched."""
    wanted = {ord(character) for character in text}
    found: list[Path] = []
    drawn: set[int] = set()
    for number, piece in enumerate(_pieces()):
        if not found or piece.holds(wanted - drawn):
            content, characters = _unpacked(piece.path)
            target = folder / f"{number}.ttf"
            target.write_bytes(content)
            drawn |= characters
            found.append(target)
    return found, drawn


@cache
def _pieces() -> tuple[Piece, ...]:
    return tuple(piece for family in FAMILIES for piece in _of_family(FOLDER / family))


def _of_family(folder: Path) -> Iterator[Piece]:
    try:
        listed: Mapping[str, str] = json.loads((folder / "unicode.json").read_text())
    except FileNotFoundError:
        return
    for name in sorted(listed, key=lambda name: name != BASE):
        path = folder / f"{folder.name}-{name.strip('[]')}-wght-normal.woff2"
        if path.is_file():
            yield Piece(path, tuple(_range(text) for text in listed[name].split(",")))


def _range(text: str) -> range:
    """ "U+0041-005A" or "U+0041"."""
    first, _joint, last = text.strip().removeprefix("U+").partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


@lru_cache(maxsize=64)  # of some tens of KB each
def _unpacked(path: Path) -> tuple[bytes, Set[int]]:
    """The font as TrueType, in its regular weight; and what it draws."""
    from fontTools.ttLib import TTFont  # slow imports, for whoever wants a PDF only
    from fontTools.varLib import instancer

    font = TTFont(path)
    by_default = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
    if by_default.get("wght", REGULAR) == REGULAR:
        for table in OF_WEIGHTS:
            if table in font:
                del font[table]
    else:
        for table in OF_LAYOUT:
            if table in font:
                del font[table]
        instancer.instantiateVariableFont(font, {"wght": REGULAR}, inplace=True)
    font.flavor = None
    content = io.BytesIO()
    font.save(content)
    return content.getvalue(), frozenset(font.getBestCmap())
