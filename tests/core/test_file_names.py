import pytest

from apps.core import file_names


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("ex port", "ex port"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nSet-Cookie: x", "a_Set-Cookie_ x"),
        ("Besuche März", "Besuche März"),
        ("photo\u202egpj.exe", "photo_gpj.exe"),
        ("x" * 148 + " . and more", "x" * 148),
        ("...", "export"),
        ("", "export"),
    ],
)
def test_names_of_files_are_names_only(wanted, name):
    assert file_names.safe(wanted) == name
