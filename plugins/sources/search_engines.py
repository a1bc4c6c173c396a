"""In which parameter a search engine carries what was searched for."""

COMMON = frozenset({"q", "search", "searchfor", "query"})
#: A part of the address -> the parameters that carry the term.
PARAMETERS = {
    "baidu.com": frozenset({"wd"}),
    "yahoo.": frozenset({"p"}),
    "yandex.": frozenset({"text"}),
    "facebook.com/l.php": frozenset({"u"}),
    "google.": COMMON,
    "bing.": COMMON,
    "aol.": COMMON,
}
#: They do not tell the term in any parameter.
ONLY_HOSTS = frozenset({"r.search.yahoo.com", "m.baidu.com"})


def searched(host: str, path: str) -> frozenset[str] | None:
    """None when the address is not that of a search engine."""
    address = f"{host}/{path}"
    return next((names for part, names in PARAMETERS.items() if part in address), None)
