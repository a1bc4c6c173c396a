import pytest

from plugins.web.user_agents import NOTHING, Told, read

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0"
WINDOWS_CHROME = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        (WINDOWS_CHROME, Told("Chrome", "120.0", "Windows", "10", "Unknown", "")),
        (f"{WINDOWS_CHROME} Edg/120.0.0.0", Told("Edge Chromium", "120.0", "Windows", "10", "Unknown", "")),
        (f"{WINDOWS_CHROME} Edge/18.17763", Told("Edge", "18.17763", "Windows", "10", "Unknown", "")),
        ("Mozilla/5.0 quince", NOTHING),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 "
            "Safari/605.1.15",
            Told("Safari", "17.1", "Mac", "10.15.7", "Mac", ""),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 13; SM-S901B) {CHROME} Mobile Safari/537.36",
            Told("Chrome Mobile", "120.0", "Android", "13", "SM-S901B", "mobile"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "CriOS/119.0.6045.109 Mobile/15E148 Safari/604.1",
            Told("Chrome Mobile", "119.0", "iOS", "17.1", "iPhone", "mobile"),
        ),
        (
            "Mozilla/5.0 (Android 13; Tablet; rv:120.0) Gecko/120.0 Firefox/120.0",
            Told("Firefox Mobile", "120.0", "Android", "13", "Tablet", "tablet"),
        ),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", NOTHING),
        ("python-requests/2.31.0", NOTHING),
        ("", NOTHING),
        ("Mozilla/5.0 " + "x" * 2000, NOTHING),
    ],
)
def test_a_browser_is_read_from_its_user_agent(user_agent: str, told: Told) -> None:
    assert read(user_agent, {}) == told


def test_client_hints_win_over_the_user_agent() -> None:
    hints = {
        "sec-ch-ua": '"Google Chrome";v="121", "Not:A-Brand";v="8", "Chromium";v="121"',
        "sec-ch-ua-platform": '"Windows"',
        "sec-ch-ua-platform-version": '"15.0.0"',
        "sec-ch-ua-mobile": "?0",
        "sec-ch-ua-model": '""',
    }
    assert read(WINDOWS_CHROME, hints) == Told("Chrome", "121", "Windows", "11", "Unknown", "")


@pytest.mark.parametrize(
    ("version", "named"), [("10.0.0", "10"), ("6.3", "8.1"), ("6.1.0", "7"), ("5.0", "2000"), ("odd", "odd")]
)
def test_versions_of_windows_have_names(version: str, named: str) -> None:
    hints = {"sec-ch-ua-platform": '"Windows"', "sec-ch-ua-platform-version": f'"{version}"'}
    assert read("", hints).system_version == named


def test_a_hinted_phone_has_its_model_and_its_browser() -> None:
    hints = {
        "sec-ch-ua": '"Not=A?Brand";v="99", "Microsoft Edge";v="119"',
        "sec-ch-ua-platform": "Android",
        "sec-ch-ua-mobile": "?1",
        "sec-ch-ua-model": '"Pixel 8"',
        "sec-ch-ua-full-version": '"119.0.2151.58"',
    }
    assert read("", hints) == Told("Edge Mobile", "119.0.2151.58", "Android", "", "Pixel 8", "mobile")
