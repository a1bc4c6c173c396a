from pathlib import Path

from apps.system.static_files import StaticFiles


def test_static_files_are_compressed_by_gzip_only(tmp_path: Path) -> None:
    """Brotli is installed for fonts; WhiteNoise would take it, and a minute of a first start with it."""
    (tmp_path / "a.css").write_text("body { color: red }\n" * 100)
    compressor = StaticFiles(location=tmp_path).create_compressor(quiet=True)
    assert list(compressor.compress(str(tmp_path / "a.css"))) == [str(tmp_path / "a.css.gz")]
