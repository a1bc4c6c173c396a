"""Names of files that people download: typed by them, or made of names that they gave."""

import re

LONGEST = 150  # characters; file systems take 255 bytes, the ending included
#: What a file system takes for more than a name, and marks of direction that make one ending look like another.
UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


def safe(wanted: str, otherwise: str = "export") -> str:
    """Without an ending. `otherwise` where nothing is left."""
    return UNSAFE.sub("_", wanted).strip(" .")[:LONGEST].rstrip(" .") or otherwise
