import pytest
from django.utils import translation

from apps.shell import figures
from apps.shell.templatetags.figures import width


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (9999, "9,999"),
        (10_000, "10K"),
        (12_345, "12.3K"),
        (99_949, "99.9K"),
        (99_950, "100K"),
        (999_499, "999K"),
        (999_999, "1M"),
        (1_250_000, "1.2M"),
        (3_000_000_000, "3B"),
        (7.5e15, "7500T"),
        (-12_345, "-12.3K"),
        (2.5, "2.5"),
    ],
)
def test_compact(number, text):
    assert figures.compact(number) == text


def test_large_figures_stay_exact_longer():
    assert [figures.SHORT["total"](number) for number in (9_999_999, 10_000_000)] == ["9,999,999", "10M"]


@pytest.mark.parametrize(
    ("number", "text"), [(1234567, "1,234,567"), (0.5, "0.5"), (1234.567, "1,234.57"), (-3.0, "-3")]
)
def test_exact(number, text):
    assert figures.exact(number) == text


@pytest.mark.parametrize(
    ("seconds", "short", "full"),
    [
        (0, "0s", "0s"),
        (59.4, "59s", "59s"),
        (725, "12m 5s", "12m 5s"),
        (3600, "1h 0m", "1h 0m 0s"),
        (93784, "1d 2h", "1d 2h 3m 4s"),
    ],
)
def test_duration(seconds, short, full):
    assert (figures.duration(seconds), figures.exact_duration(seconds)) == (short, full)


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (0.04, "<0.1%"), (12.34, "12.3%"), (28.94736842105263, "28.9%"), (100.0, "100%")]
)
def test_percent(share, text):
    assert figures.percent(share) == text


@pytest.mark.parametrize(("share", "attribute"), [(0, "0.00%"), (71.666, "71.67%"), (140, "100.00%")])
def test_width_of_a_bar(share, attribute):
    assert width(share) == attribute


def test_figures_in_german():
    with translation.override("de"):
        assert [figures.compact(number) for number in (2.5, 12_345, 999_999, 1_250_000, 3_000_000_000)] == [
            "2,5",
            "12.345",  # German has no short word for thousands
            "999.999",
            "1,2\xa0Mio.",
            "3\xa0Mrd.",
        ]
        assert (figures.percent(12.34), figures.percent(0.04)) == ("12,3\xa0%", "<0,1\xa0%")
        assert (figures.percent_text("-12.5%"), figures.percent_text("NA")) == ("-12,5\xa0%", "NA")
        assert width(71.666) == "71.67%"  # an attribute


def test_units_of_ten_thousand():
    with translation.override("ja"):
        assert [figures.compact(number) for number in (9_999, 12_345, 99_999_999)] == ["9,999", "1.2万", "1億"]
