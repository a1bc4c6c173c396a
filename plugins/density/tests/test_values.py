import pytest

from plugins.density.values import read_density, shown_density


@pytest.mark.parametrize(
    ("metrics", "stored", "shown"),
    [
        ({"_os": "Android", "_density": "420"}, "a420.00", "420.00"),
        ({"_os": "Android", "_density": "XHDPI"}, "aXHDPI", "XHDPI"),
        ({"_os": "Android", "_density": "a420"}, "a420", "420"),
        ({"_os": "iOS", "_density": 2}, "i2.00", "2.00"),
        ({"_os": "Android", "_density": "2.625"}, "a2.63", "2.63"),  # 420 dots of an inch
        ({"_os": "Android", "_density": 3.125}, "a3.13", "3.13"),
        ({"_os": "iOS", "_density": "1e299"}, f"i{1e299:.2f}", f"{1e299:.2f}"),
        ({"_os": "iOS", "_density": "@3x"}, "i@3x", "@3x"),
        ({"_os": "tvOS", "_density": "1"}, "atv1.00", "1.00"),
        ({"_os": "Amiga", "_density": "1"}, "[Amiga]1.00", "1.00"),
        ({"_density": "1.5"}, "1.50", "1.50"),
        ({"_os": "iOS", "_density": "Infinity"}, "iInfinity", "Infinity"),
        ({"_os": "iOS", "_density": ""}, "", ""),
        ({"_os": "iOS", "_density": None}, "", ""),
    ],
)
def test_a_density_bears_the_code_of_its_system(metrics: dict[str, object], stored: str, shown: str) -> None:
    assert read_density(metrics) == stored
    assert shown_density(stored.replace(".", ":")) == shown
