"""Traces of several threads, taken apart for reading. Pure."""

import re
from typing import Any

#: "Thread 3 name: worker", "Thread 0 Crashed:", "Thread main (RUNNABLE)".
HEADER = re.compile(r"^Thread\s+(?P<id>[^\s:]{1,100})(?P<more>[^\n]{0,200})$", re.M | re.I)
CRASHED = re.compile(r"\bcrashed\b", re.I)
NAME = re.compile(r"^\s*name\s*:\s*(?P<name>.+)$", re.I)
#: Registers and images, which belong to no thread.
BEHIND = re.compile(r"^\s*(?:Binary Images:|Thread \S{1,100} crashed with \S)", re.M | re.I)
MOST_THREADS = 500


def threads_of(error: str) -> list[dict[str, Any]]:
    """None unless there are at least two. A name in a line of its own belongs to the thread that begins below it."""
    behind = BEHIND.search(error)
    error = error[: behind.start()] if behind else error
    headers = list(HEADER.finditer(error))[:MOST_THREADS]
    found: list[dict[str, Any]] = []
    for number, header in enumerate(headers):
        end = headers[number + 1].start() if number + 1 < len(headers) else len(error)
        body = error[header.end() : end].strip("\n")
        more = header["more"]
        named = NAME.match(more)
        is_crashed = bool(CRASHED.search(more))
        name = named["name"].strip() if named else more.replace(":", "").strip()
        last = found[-1] if found else None
        if last is not None and last["id"] == header["id"] and not last["error"]:
            last["error"], last["crashed"] = body, last["crashed"] or is_crashed
            continue
        found.append(
            {
                "id": header["id"],
                "name": CRASHED.sub("", name).strip() or header["id"],
                "error": body,
                "crashed": is_crashed,
            }
        )
    return found if len(found) > 1 else []


def crashed_thread(error: str) -> str:
    """What it did last; "" when the text does not say."""
    return next((thread["error"] for thread in threads_of(error) if thread["crashed"]), "")
