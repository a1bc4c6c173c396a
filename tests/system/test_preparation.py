import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.accounts.models import Member
from apps.core import mongo
from apps.system import preparation, static_files, stores
from apps.system.supervision import embedded
from apps.system.supervision.problems import Problem


@pytest.fixture
def own_static_root(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"


@pytest.mark.django_db
@pytest.mark.usefixtures("own_static_root")
def test_prepare_makes_everything_once_and_may_run_again(monkeypatch):
    monkeypatch.setenv("ADMIN_USERNAME", "first")
    first, second = (json.loads(prepare_report()) for _ in range(2))
    assert second == {"first_admin": None}
    member = Member.objects.get()
    assert (member.username, member.check_password(first["first_admin"]["password"])) == ("first", True)
    assert first["first_admin"]["api_key"] == member.api_key
    assert "ingest_offsets" in mongo.database().list_collection_names()


def prepare_report() -> str:
    output = io.StringIO()
    call_command("prepare", "--report", stdout=output)
    return output.getvalue()


@pytest.mark.django_db
@pytest.mark.usefixtures("own_static_root")
def test_prepare_by_hand_shows_the_first_admin(monkeypatch):
    monkeypatch.setenv("ADMIN_PASSWORD", "Correct-Horse-Battery-1")
    output = io.StringIO()
    call_command("prepare", stdout=output)
    member = Member.objects.get()
    assert output.getvalue() == (
        "The first administrator, shown this once:\n"
        f"  user name  {member.username}\n"
        "  password   as set in ADMIN_PASSWORD\n"
        f"  API key    {member.api_key}\n"
    )


def test_prepare_by_hand_fails_with_one_sentence(monkeypatch):
    def refuse(*_):
        raise Problem("It cannot be. Do this.")

    monkeypatch.setattr(preparation, "prepare", refuse)
    with pytest.raises(CommandError, match=r"^It cannot be\. Do this\.$"):
        call_command("prepare", stdout=io.StringIO())


@pytest.mark.usefixtures("own_static_root")
def test_static_files_are_collected_only_when_a_source_has_changed(settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    (source / "a.css").write_text("a{}")
    assert [static_files.collect_when_changed() for _ in range(2)] == [True, False]
    (source / "b.css").write_text("b{}")
    assert [static_files.collect_when_changed() for _ in range(2)] == [True, False]
    assert {"a.css", "b.css"} <= {path.name for path in settings.STATIC_ROOT.iterdir()}


def test_static_files_of_an_image_are_left_alone(settings, tmp_path):
    settings.DATA_DIR, settings.STATIC_ROOT = tmp_path / "data", tmp_path / "collected"
    assert not static_files.collect_when_changed()
    assert not settings.STATIC_ROOT.exists()


@pytest.mark.parametrize(
    ("hello", "is_refused"),
    [({"setName": "rs0"}, False), ({"msg": "isdbgrid"}, False), ({}, True)],
)
def test_only_standalone_servers_are_refused(hello, is_refused):
    if is_refused:
        with pytest.raises(Problem, match=r"^MongoDB runs as a standalone server"):
            stores.refuse_standalone(hello)
    else:
        stores.refuse_standalone(hello)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("mongodb://user:secret@host:27017/db?authSource=admin", "mongodb://host:27017/db"),
        ("redis://:secret@host/0", "redis://host/0"),
        ("unix:///run/valkey.sock", "unix:///run/valkey.sock"),
        ("mongodb://u:p?a@ss@host?x=a", "mongodb://host"),
    ],
)
def test_passwords_are_hidden_in_messages(url, expected):
    assert stores.hide_password(url) == expected


def test_unusable_redis_url_is_said_with_the_way_out(settings, monkeypatch):
    port = embedded.free_port()
    settings.REDIS_URL = f"redis://127.0.0.1:{port}"
    stores.redis_client.client.cache_clear()
    try:
        with pytest.raises(Problem, match=rf"^Redis does not answer at redis://127\.0\.0\.1:{port} \("):
            stores.wait_for_redis(0)
    finally:
        stores.redis_client.client.cache_clear()
