"""Why the server cannot start, in one sentence with the way out; never a traceback."""

import os
import socket
from pathlib import Path

MIN_FREE_BYTES = 128 * 1024 * 1024


class Problem(Exception):
    """Its text is shown to the operator as it is: what is wrong, and what to do."""


def check_data_dir(data_dir: Path) -> None:
    """Raises Problem when `data_dir` cannot be made or written to, or its disk is full."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        probe = data_dir / f".writable-{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise Problem(
            f"The data directory {data_dir} cannot be written to ({error.strerror}). "
            "Make it writable for this user, or set DATA_DIR to another directory."
        ) from error
    free = free_bytes(data_dir)
    if free < MIN_FREE_BYTES:
        raise Problem(
            f"The disk of {data_dir} is full ({free // 1024**2} MB free, {MIN_FREE_BYTES // 1024**2} MB needed). "
            "Free some space, or set DATA_DIR to a directory on another disk."
        )


def check_port(host: str, port: int) -> None:
    """Raises Problem when the web server could not listen on the address."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Problem(
            f"The web server cannot listen on {host}:{port} ({error.strerror}). "
            f"Stop what uses port {port}, or choose another one with PORT, for example PORT={port + 1}."
        ) from error


def free_bytes(path: Path) -> int:
    """What this user may still write there."""
    status = os.statvfs(path)
    return status.f_bavail * status.f_frsize
