from typing import Any

from bson import ObjectId
from django.core.management.base import BaseCommand, CommandError, CommandParser
from pymongo.errors import PyMongoError
from redis import RedisError

from apps.pipeline import dead_letters
from apps.pipeline.replay import Gone, StillDead, replay


class Command(BaseCommand):
    help = "Requests that could not be counted: list them, count them after a fix, or drop them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["list", "replay", "drop"])
        parser.add_argument("ids", nargs="*", help="letters; without any: all that match")
        parser.add_argument("--app", default="", help="only of this application id")
        parser.add_argument("--reason", default="", help="only those whose reason begins so")
        parser.add_argument("--limit", type=int, default=0, help="at most so many, the oldest first")
        parser.add_argument("--tracebacks", action="store_true", help="with `list`: where each was raised")

    def handle(self, *args: Any, **options: Any) -> None:
        letters = self._letters(options)
        match options["action"]:
            case "list":
                self._list(letters, with_tracebacks=options["tracebacks"])
            case "replay":
                self._replay(letters)
            case "drop":
                if not (options["ids"] or options["app"] or options["reason"]):
                    raise CommandError("name the letters, or --app or --reason: dropped requests are gone for good")
                dropped = sum(dead_letters.drop(letter) for letter in letters)
                self.stdout.write(f"{dropped} dropped")

    def _letters(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        for text in options["ids"]:
            if not ObjectId.is_valid(text):
                raise CommandError(f"no id of a dead letter: {text}")
        ids = [ObjectId(text) for text in options["ids"]]
        wanted = {"application_id": options["app"], "reason": options["reason"], "ids": ids, "limit": options["limit"]}
        found = list(dead_letters.find(**wanted))
        missing = {*ids} - {letter["_id"] for letter in found}
        if missing and not (options["app"] or options["reason"] or options["limit"]):
            raise CommandError(f"there is no dead letter {min(missing)}")
        return found

    def _list(self, letters: list[dict[str, Any]], *, with_tracebacks: bool) -> None:
        for letter in letters:
            at = letter["at"].strftime("%Y-%m-%d %H:%M:%S")
            self.stdout.write(f"{letter['_id']}  {at}  {letter['application'] or '-':24}  {letter['reason']}")
            if with_tracebacks:
                self.stdout.write(letter["traceback"])
        self.stdout.write(f"{len(letters)} dead letters")

    def _replay(self, letters: list[dict[str, Any]]) -> None:
        counted = known = failed = 0
        for letter in letters:
            try:
                is_new = replay(letter["_id"])
            except StillDead as failure:
                self.stderr.write(f"{letter['_id']}  {failure}")
                failed += 1
            except Gone:
                continue  # somebody else took it
            except (PyMongoError, RedisError) as trouble:
                raise CommandError(f"a store does not answer, {counted} counted so far: {trouble}") from trouble
            else:
                counted += is_new
                known += not is_new
        repeated = f", {known} had been sent again and counted before" if known else ""
        self.stdout.write(f"{counted} of {len(letters)} counted{repeated}")
        if failed:
            raise CommandError("some could not be counted again; they are still there")
