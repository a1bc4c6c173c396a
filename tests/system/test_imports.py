"""What a process loads before its first request: memory and time that every start pays."""

import subprocess
import sys

from tests.stack import ROOT

#: For documents and pictures, or for geometry: each is loaded where it is used.
LATER = ("fpdf", "fontTools", "django.contrib.gis.gdal.libgdal", "xlsxwriter", "httpx", "hypothesis", "pytest")


def test_processes_start_without_what_few_requests_need() -> None:
    code = (
        "import sys, countly_site.asgi; from countly_site import celery_app;"
        " celery_app.loader.import_default_modules();"
        f" print(*(name for name in {LATER} if name in sys.modules), sep=',')"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == ""
