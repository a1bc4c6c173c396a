from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Member
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def createadmin(**options):
    output = StringIO()
    call_command("createadmin", stdout=output, **options)
    return output.getvalue()


def test_createadmin_makes_a_global_administrator_and_prints_the_key():
    printed = createadmin(username="ada", email="Ada@example.com", password=PASSWORD)

    [member] = Member.objects.all()
    assert printed == f"Created the administrator ada.\nAPI key: {member.api_key}\n"
    assert (member.full_name, member.email, member.global_admin) == ("ada", "ada@example.com", True)
    assert member.check_password(PASSWORD)


def test_createadmin_takes_the_given_key():
    createadmin(username="ada", full_name="Ada L", email="ada@example.com", password=PASSWORD, api_key="k" * 32)

    [member] = Member.objects.all()
    assert (member.full_name, member.api_key) == ("Ada L", "k" * 32)


def test_createadmin_says_what_is_wrong():
    with pytest.raises(CommandError, match=r"password: It needs a symbol\."):
        createadmin(username="ada", email="ada@example.com", password="NoSymbol123")


def test_createadmin_does_not_wait_for_answers_without_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO())

    with pytest.raises(CommandError, match="Password is missing"):
        createadmin(username="ada", email="ada@example.com")
