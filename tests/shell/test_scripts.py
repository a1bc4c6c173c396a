from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 60_000
#: Run on pages of others, or are the whole script of a page without the dashboard.
ELSEWHERE = {"heat_map_overlay.js", "popup.js"}


def test_our_scripts_are_small_before_compression():
    """All of them together, although no page loads those of two plugins."""
    folders = [ROOT / "static" / "tally", *sorted((ROOT / "plugins").glob("*/static"))]
    scripts = [file for folder in folders for file in folder.rglob("*.js") if file.name not in ELSEWHERE]
    assert {"chart.js", "live.js"} <= {file.name for file in scripts}
    sizes = {str(file.relative_to(ROOT)): file.stat().st_size for file in scripts}
    assert sum(sizes.values()) < MOST_BYTES, sizes
