"""The description of the API, made by drf-spectacular from the addresses served and what rooms say of them."""

from functools import lru_cache
from typing import Any

import orjson
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from apps.openapi.addresses import addresses
from apps.openapi.operations import (
    MESSAGE_SCHEMA,
    SECURITY_SCHEMES,
    body_schema_of,
    operation_id,
    operation_of,
    path_of,
    verbs_of,
)
from apps.plugin_api.descriptions import DESCRIPTIONS, discover

ABOUT = """\
Tally speaks the protocol of Countly Server 25.03.

- GET and POST mean the same on every endpoint; each is shown here with the one that suits it. Parameters stand in the
  query, in a form, in a JSON object or in a multipart body; the query wins over the body.
- Members show an `api_key`, an `auth_token` or the header `countly-token`; SDKs name their application by `app_key`.
- Answers are JSON. Texts and names in data have `& < > " '` escaped as HTML does. What was done, and every error, is a
  message: `{"result": "..."}`.
- Times are seconds or milliseconds of Unix time. Days and months are those of the application's time zone.
"""


class Generator(SchemaGenerator):
    """Most endpoints are rows of tables behind few views, so paths come from `addresses`, not from DRF's inspection."""

    def parse(self, input_request: Any, public: bool) -> dict[str, Any]:
        discover()
        paths: dict[str, Any] = {}
        self.schemas: dict[str, Any] = {"Message": MESSAGE_SCHEMA}
        for address in addresses():
            described = DESCRIPTIONS.get(address.path)
            if described is None:
                continue
            verbs = verbs_of(address, described)
            paths[path_of(address, described)] = {verb: operation_of(address, described, verb) for verb in verbs}
            if "post" in verbs:
                self.schemas[operation_id(address.path)] = body_schema_of(described)
        return paths

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        made: dict[str, Any] = super().get_schema(request, public)
        made["info"]["description"] = ABOUT
        made["components"] = {"schemas": self.schemas, "securitySchemes": SECURITY_SCHEMES}
        return made


def rendered(format_name: str) -> bytes:
    """As "json" or "yaml"; made anew when a plugin has been switched."""
    discover()
    described = tuple(path for path, _ in DESCRIPTIONS.items())
    return _rendered(format_name, described, tuple(address.path for address in addresses()))


@lru_cache(maxsize=2)
def _rendered(format_name: str, described: tuple[str, ...], served: tuple[str, ...]) -> bytes:
    made = Generator().get_schema(public=True)
    text: bytes = OpenApiYamlRenderer().render(made) if format_name == "yaml" else orjson.dumps(made)
    return text


def undescribed() -> list[str]:
    discover()
    return [address.path for address in addresses() if DESCRIPTIONS.get(address.path) is None]


def unserved() -> list[str]:
    """Descriptions of what is not there."""
    discover()
    served = {address.path for address in addresses()}
    return [path for path, _ in DESCRIPTIONS.items() if path not in served]
