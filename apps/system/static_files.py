"""Collects static files only when a source has changed: copying and compressing them costs seconds."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Compressed by gzip only: brotli is a little better, and takes most of the time of a first start."""

    def create_compressor(self, **options: Any) -> Compressor:
        return Compressor(use_brotli=False, **options)  # type: ignore[no-untyped-call]


def collect_when_changed() -> bool:
    """Returns whether anything was collected. Outside DATA_DIR they are the image's, collected when it was built."""
    if not settings.STATIC_ROOT.is_relative_to(settings.DATA_DIR):
        return False
    seen = settings.DATA_DIR / "static.fingerprint"
    now = fingerprint()
    if settings.STATIC_ROOT.is_dir() and seen.is_file() and seen.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    seen.write_text(now)
    return True


def fingerprint() -> str:
    """Of names, sizes and times of all sources, not of their content."""
    digest = sha256()
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=[]):
            path = Path(storage.path(name))
            status = path.stat()
            digest.update(f"{name}\0{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
