"""Makes a global administrator."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts import members


class Command(BaseCommand):
    help = "Makes a global administrator and prints the API key, once. Asks for what is not given."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username")
        parser.add_argument("--email")
        parser.add_argument("--full-name", help="default: the user name")
        parser.add_argument("--password", help="asked for when missing, which keeps it out of the shell's history")
        parser.add_argument("--api-key", help="32 letters and digits; made up when missing")

    def handle(self, *args: Any, **options: Any) -> None:
        username = options["username"] or ask("User name")
        email = options["email"] or ask("E-mail")
        password = options["password"] or ask_password()
        try:
            member = members.create_member(
                full_name=options["full_name"] or username,
                username=username,
                email=email,
                password=password,
                api_key=options["api_key"],
                global_admin=True,
            )
        except members.InvalidMember as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Created the administrator {member.username}.\nAPI key: {member.api_key}")


def ask(label: str) -> str:
    refuse_without_terminal(label)
    return input(f"{label}: ")


def ask_password() -> str:
    refuse_without_terminal("Password")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Password again: ") != password:
        raise CommandError("The passwords differ.")
    return password


def refuse_without_terminal(label: str) -> None:
    if not sys.stdin.isatty():
        raise CommandError(f"{label} is missing and there is no terminal to ask. See --help.")
