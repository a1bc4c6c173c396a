"""Codes of devices become names that people know."""

import json
import runpy
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from apps.analytics import device_names
from tests.traffic import Traffic

#: A script of the deployment, which is no package.
made = SimpleNamespace(**runpy.run_path(str(Path(settings.BASE_DIR) / "deploy" / "device_names.py")))


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("iPhone15,2", "iPhone 14 Pro"),
        ("iPhone17,1", "iPhone 16 Pro"),
        ("SM-S918B", "Galaxy S23 Ultra"),
        ("SM-S928U1", "Galaxy S24 Ultra"),  # of whatever market
        ("VOG-L29", "Huawei P30 Pro"),
        ("Pixel 8", "Pixel 8"),
        ("x86_64", "Simulator (x86_64)"),
        ("Model 1:5", "Model 1.5"),
        ("", ""),
        ("SM-", "SM-"),
        ("'; DROP TABLE names", "'; DROP TABLE names"),
    ],
)
def test_codes_are_read(stored: str, name: str) -> None:
    assert device_names.device(stored) == name


def test_codes_stay_codes_without_the_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert [finding.level for finding in device_names.check()] == ["ok"]
    monkeypatch.setattr(device_names, "FILE", tmp_path / "missing")
    monkeypatch.setattr(device_names, "_local", type("Local", (), {})())
    device_names.device.cache_clear()
    try:
        assert device_names.device("iPhone15,2") == "iPhone15,2"
        assert [finding.level for finding in device_names.check()] == ["warn"]
    finally:
        device_names.device.cache_clear()


def test_the_list_is_made_of_what_is_certain(tmp_path: Path) -> None:
    android = [
        {"brand": "Samsung", "name": "Galaxy S9", "device": "star", "model": "SM-G960F"},
        {"brand": "LGE", "name": "G7 ThinQ", "device": "judyln", "model": "LM-G710"},
        {"brand": "Nokia", "name": "Nokia 8", "device": "NB1", "model": "TA-1004"},
        {"brand": "One", "name": "TV", "device": "a", "model": "Android TV"},
        {"brand": "Other", "name": "Box", "device": "b", "model": "Android TV"},
        {"brand": "Own", "name": "X1", "device": "x", "model": "X1"},
        {"brand": "Own", "name": "", "device": "y", "model": "Y1"},
    ]
    for name, content in ((made.ANDROID, android), (made.APPLE, [{"name": "iPhone 8", "model": "iPhone10,1"}])):
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(content))
    target = tmp_path / "devices" / "names.sqlite"
    made.write(tmp_path, target)
    made.write(tmp_path, target)  # over what is there
    found = dict(sqlite3.connect(target).execute("SELECT model, name FROM names"))
    assert {code: found.pop(code) for code in list(found) if code not in made.NEWER} == {
        "SM-G960F": "Galaxy S9",
        "LM-G710": "LG G7 ThinQ",
        "TA-1004": "Nokia 8",
        "iPhone10,1": "iPhone 8",
    }
    assert found == made.NEWER


@pytest.mark.django_db
def test_devices_of_one_name_are_one_row(traffic: Traffic) -> None:
    for number, code in enumerate(("SM-S918B", "SM-S918U", "iPhone15,2")):
        traffic.send(f"d{number}", begin_session=1, metrics={"_device": code})
    traffic.count("d3")
    top = traffic.read("/o/analytics/tops", metric="devices", period="7days")
    assert {row["name"]: row["value"] for row in top} == {"Galaxy S23 Ultra": 2, "iPhone 14 Pro": 1}
    tree = traffic.read("/o", method="devices")
    assert sorted(tree["meta"]["devices"]) == ["SM-S918B", "SM-S918U", "iPhone15,2"]
