"""What cases need and no endpoint does yet, done by Python functions in the environment of a running stack.

Reads lines `["function", {arguments}]` on standard input and answers each with one line of JSON.
"""

import json
import os
import sys
import traceback
from typing import Any

import django


def create_application(fields: dict[str, Any]) -> dict[str, Any]:
    from apps.applications.lifecycle import create_application as create

    names = {"key": "key", "timezone": "timezone", "country": "country", "type": "type", "category": "category"}
    options = {name: fields[sent] for sent, name in names.items() if sent in fields}
    application = create(fields["name"], salt=fields.get("salt") or fields.get("checksum_salt") or "", **options)
    return {"_id": str(application.pk), "key": application.key, "name": application.name}


def update_application(fields: dict[str, Any]) -> dict[str, Any]:
    """Answers with what was changed, as the original does."""
    from apps.applications import lifecycle
    from apps.applications.models import Application

    application = Application.objects.get(pk=fields["app_id"])
    changes = {name: value for name, value in fields.items() if name != "app_id"}
    for name, value in changes.items():
        setattr(application, name, value)
    lifecycle.save_changes(application)
    return {**changes, "edited_at": application.edited_at}


FUNCTIONS = {function.__name__: function for function in (create_application, update_application)}


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "countly_site.settings"
    django.setup()
    for line in sys.stdin:
        name, arguments = json.loads(line)
        try:
            answer = {"answer": FUNCTIONS[name](arguments)}
        except Exception:
            answer = {"error": traceback.format_exc()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
