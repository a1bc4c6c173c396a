"""Management commands in the environment of a running stack, without paying Django's start for each of them.

Reads lines `["command", "argument", ...]` on standard input and answers each with one line `[output, error]`.
"""

import io
import json
import os
import sys
import traceback

import django
from django.core.management import call_command


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "countly_site.settings"
    django.setup()
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        output, error = io.StringIO(), ""
        try:
            call_command(name, *arguments, stdout=output, stderr=output)
        except (Exception, SystemExit):
            error = traceback.format_exc()
        print(json.dumps([output.getvalue(), error]), file=answers, flush=True)


if __name__ == "__main__":
    main()
