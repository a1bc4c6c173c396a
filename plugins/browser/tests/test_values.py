import pytest

from plugins.browser.values import named_version, read_browser, read_version, shown_version


@pytest.mark.parametrize(
    ("metrics", "stored", "shown"),
    [
        ({"_browser": "Chrome", "_browser_version": "120.0"}, "[chrome]_120.0", "120.0"),
        ({"_browser": "Chrome", "_browser_version": "[chrome]_120.0"}, "[chrome]_120.0", "120.0"),
        ({"_browser_version": "120.0"}, "120.0", "120.0"),
        ({"_browser": "Chrome"}, "", ""),
        ({"_browser": "Chrome", "_browser_version": 0}, "", ""),
    ],
)
def test_a_version_bears_the_name_of_its_browser(metrics: dict[str, object], stored: str, shown: str) -> None:
    assert read_version(metrics) == stored
    assert shown_version(stored.replace(".", ":")) == shown


@pytest.mark.parametrize(
    ("stored", "named"),
    [
        ("[chrome]_120:0", "Chrome 120.0"), ("[edge chromium]_119", "Edge Chromium 119"), ("[ie]_11", "IE 11"),
        ("120:0", "120.0"), ("", ""),
    ],
)  # fmt: skip
def test_people_read_which_browser_a_version_is_of(stored: str, named: str) -> None:
    assert named_version(stored, {"ie": "IE"}) == named


def test_a_browser_is_what_the_sdk_says() -> None:
    assert [read_browser({"_browser": told}) for told in ("Firefox", 7, "", None)] == ["Firefox", "7", "", ""]
