"""Reports of PLCrashReporter, which are texts: what they say beside the stack. Pure."""

import re
from typing import Any

FIELDS = {"app_version": "Version", "device": "Hardware Model", "os_version": "OS Version"}
INFORMATION = re.compile(r"^Application Specific Information:\s*\n(?P<text>.+?)(?:\n\n|\Z)", re.M | re.S)
IMAGES = re.compile(r"^Binary Images:\s*\n(?P<text>.+)\Z", re.M | re.S)
IMAGE = re.compile(
    r"^[ \t]*(?P<start>0x[0-9a-f]{1,20})\s*-\s*0x[0-9a-f]{1,20}\s+"
    r"\+?(?P<name>\S{1,200})\s+\S+\s+<(?P<uuid>[0-9a-f-]{1,64})>",
    re.I | re.M,
)
EXCEPTION = re.compile(r"^Exception Type:\s*(?P<text>.{1,500})$", re.M)
MOST_IMAGES = 2_000


def read(report: str) -> dict[str, Any]:
    """By field of a crash report; `binary_images` is the map that SDKs send."""
    told: dict[str, Any] = {}
    for field, label in FIELDS.items():
        if found := re.search(rf"^{label}:\s*(.{{1,200}})$", report, re.M):
            told[field] = found[1].strip()
    if found := INFORMATION.search(report):
        told["name"] = found["text"].strip().replace("\n", " ")[:1_000]
    elif found := EXCEPTION.search(report):
        told["name"] = found["text"].strip()
    if found := IMAGES.search(report):
        images = list(IMAGE.finditer(found["text"]))[:MOST_IMAGES]
        told["binary_images"] = {one["name"]: {"la": one["start"], "id": one["uuid"]} for one in images}
    return told
