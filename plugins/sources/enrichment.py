"""Where a user came from, out of `_store` of the metrics: a store on devices, the referring page on the web."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from publicsuffixlist import PublicSuffixList

from apps.aggregation.requests import IngestRequest
from apps.aggregation.values import is_truthy, text_of
from apps.applications.info import ApplicationInfo
from apps.core import json_text
from apps.plugin_api import configuration
from plugins.sources.search_engines import ONLY_HOSTS, searched

DIRECT = "Direct"
NOT_KEPT = frozenset({"_ga", "_gac"})


def add_source(request: IngestRequest, application: ApplicationInfo) -> Mapping[str, Any] | None:
    """Devices always have a source: without a store it is their system, and the channel is a direct one."""
    raw = _metrics_of(request)
    if raw is None:
        return None
    if "_store" not in raw:
        if not is_truthy(raw.get("_os")):
            return None
        return {
            "metrics": {**raw, "_store": text_of(raw["_os"]), "_source_channel": raw.get("_source_channel") or DIRECT}
        }
    if not is_truthy(raw["_store"]):
        return None
    source, added = text_of(raw["_store"]), dict(raw)
    if application.type == "web":
        channel = channel_of(source)
        added.pop("_source_channel", None)
        if channel:
            added["_source_channel"] = channel
        source = shortened(source)
    limit = int(configuration.read("sources", application)["sources_length_limit"])
    added["_store"] = encoded(source[:limit])
    return {"metrics": added}


def read_source(raw: Mapping[str, Any]) -> str:
    told = raw.get("_store")
    return text_of(told) if is_truthy(told) else ""


def read_channel(raw: Mapping[str, Any]) -> str:
    told = raw.get("_source_channel")
    return text_of(told) if is_truthy(told) else ""


def channel_of(source: str) -> str:
    """`https://www.google.co.uk/search` -> "google"; empty when the host lies under no public suffix."""
    try:
        host = (urlsplit(source if "//" in source else f"//{source}").hostname or "").rstrip(".")
    except ValueError:  # brackets that are no address
        return ""
    domain = _suffixes().privatesuffix(host) if host else None
    return domain.split(".")[0] if domain else ""


def shortened(source: str) -> str:
    """Without protocol, `www.`, fragment, and what only names a campaign; of search engines the term alone."""
    bare = source.split("#", 1)[0]
    bare = bare.split("://", 1)[1] if "://" in bare else bare
    bare = bare.removeprefix("www.")
    address, _, query = bare.partition("?")
    host, _, path = address.partition("/")
    if host in ONLY_HOSTS:
        return host
    names = searched(host, path)
    kept = [
        pair
        for pair in query.split("&")
        if pair and (pair.split("=", 1)[0] in names if names is not None else _is_kept(pair.split("=", 1)[0]))
    ]
    if kept:
        return f"{address}?{'&'.join(kept)}"
    return address if path.strip("/") else host


def encoded(source: str) -> str:
    """As sources are stored: dots and a leading `$` as entities."""
    if source.startswith("$"):
        source = "&#36;" + source[1:]
    return source.replace(".", "&#46;")


def decoded(stored: str) -> str:
    return stored.replace("&#46;", ".").replace("&#36;", "$")


def search_term(source: str) -> str:
    """Of a stored source, as people typed it; empty when it has none."""
    address, _, query = decoded(source).partition("?")
    host, _, path = address.partition("/")
    names = searched(host, path)
    if names is None:
        return ""
    return next((value for name, value in parse_qsl(query) if name in names), "")


def _is_kept(name: str) -> bool:
    return name not in NOT_KEPT and not name.startswith("utm_")


def _metrics_of(request: IngestRequest) -> dict[str, Any] | None:
    sent = request.parameters.get("metrics")
    if isinstance(sent, str):
        try:
            sent = json_text.parse(sent)
        except ValueError:
            return None
    return sent if isinstance(sent, dict) else None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)
