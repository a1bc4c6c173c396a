import pytest

from plugins.locale.languages import read_language, shown_language


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en_US", "en"),
        ("en-GB", "en"),
        ("EN", "en"),
        ("sr_Latn_RS", "sr"),
        ("de_AT_1996", "de"),
        ("zh_CN", "zh_hans"),
        ("zh-Hans", "zh_hans"),
        ("zh_TW", "zh_hant"),
        ("zh-HK", "zh_hant"),
        ("zh-Hant-TW", ""),
        ("zh_SG", ""),
        ("zh", ""),
        ("xx", "xx"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_locale_has_a_language(locale: object, language: str) -> None:
    assert read_language({"_locale": locale}) == language


def test_languages_have_names() -> None:
    assert [shown_language(code) for code in ("de", "zh_hans", "us")] == ["German", "Chinese (Simplified)", "us"]
