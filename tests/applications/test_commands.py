from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.applications.models import Application

pytestmark = pytest.mark.django_db


def test_createapp_prints_key_and_id():
    output = StringIO()
    call_command("createapp", "Shop", timezone="Europe/Berlin", country="DE", key="k", stdout=output)

    [application] = Application.objects.all()
    assert output.getvalue() == f"Created Shop.\nApp key: k\nApp id: {application.pk}\n"
    assert (application.timezone, application.country) == ("Europe/Berlin", "DE")


@pytest.mark.parametrize(
    ("options", "message"), [({"timezone": "Mars"}, "Unknown time zone"), ({"country": "XX"}, "Unknown country")]
)
def test_createapp_says_what_is_wrong(options, message):
    with pytest.raises(CommandError, match=message):
        call_command("createapp", "Shop", **options)

    assert Application.objects.count() == 0
