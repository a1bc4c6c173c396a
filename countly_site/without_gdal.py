"""Spares every start the search for the geometry library GDAL.

The database backend asks for it four times, and each time some twelve names are looked up by a compiler: half a second
per process. Nothing here has a geometry field; where the library is missing the backend does without, and so it does
where it may not be found.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from django.core.exceptions import ImproperlyConfigured

LIBRARY = "django.contrib.gis.gdal.libgdal"


class NotFound(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == LIBRARY:
            raise ImproperlyConfigured("GDAL is not used")  # what Django says where it is not installed
        return None


def skip_search() -> None:
    if not any(isinstance(finder, NotFound) for finder in sys.meta_path):
        sys.meta_path.insert(0, NotFound())
