from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from countly_site import environment
from countly_site.environment import secret_key


def test_secret_key_is_made_once_for_its_owner_only(tmp_path: Path):
    data_dir = tmp_path / "data"
    key = secret_key(data_dir)
    assert (len(key), secret_key(data_dir)) == (67, key)
    assert [(path.name, path.stat().st_mode & 0o777) for path in data_dir.iterdir()] == [("secret_key", 0o600)]


def test_empty_secret_key_counts_as_missing(tmp_path: Path):
    (tmp_path / "secret_key").touch(0o600)
    key = secret_key(tmp_path)
    assert (len(key), secret_key(tmp_path)) == (67, key)
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_processes_that_start_together_share_one_secret_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """All find no key at first; each sees a whole one in the end."""
    together = Barrier(8)

    def key_of_its_own(size: int) -> str:
        return str(together.wait(10)) * size

    with ThreadPoolExecutor(8) as threads:
        monkeypatch.setattr(environment.secrets, "token_urlsafe", key_of_its_own)
        keys = set(threads.map(secret_key, [tmp_path] * 8))
    assert keys == {(tmp_path / "secret_key").read_text()}
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
