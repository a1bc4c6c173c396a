"""Known secrets go through the server in every way there is; then nothing that is written down holds them."""

import json
import logging
import traceback

import pytest
from django.test import Client

from apps.accounts import tokens
from apps.core import mongo
from tests.security.people import PASSWORD, person, world

pytestmark = pytest.mark.django_db

#: Records for people, in the database. Members, applications and tokens hold what they are for.
RECORDS = ("systemlogs", "long_tasks", "jobs", "dead_letters", "django_admin_log")
NEW_PASSWORD, SALT, OTP_SECRET = "Other-Horse-22", "salt-of-the-shop-1", "JBSWY3DPEHPK3PXPJBSWY3DP"
PUSH_KEY = "data:application/json;base64,eyJwcml2YXRlX2tleSI6ICJzZWNyZXQtb2YtdGhlLXByb3ZpZGVyIn0="
PUSH_SECRET = "secret-of-a-provider-" + "0" * 43


def test_no_log_holds_a_secret(caplog, mailbox):
    caplog.set_level(logging.DEBUG)
    made = world()
    owner, admin = made.people["global admin"], made.people["admin"]
    token = tokens.create(str(owner.pk), purpose="test")
    client = Client(raise_request_exception=False)

    def call(path, /, **parameters):
        sent = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
        return client.post(path, {"api_key": owner.api_key, "app_id": made.shop.id, **sent})

    client.post("/login", {"username": "admin", "password": PASSWORD + "wrong"})
    client.post("/login", {"username": "admin", "password": PASSWORD})
    client.post("/user/settings", {"old_pwd": PASSWORD, "new_pwd": NEW_PASSWORD, "username": "admin"})
    client.post("/account/password", {"old_pwd": NEW_PASSWORD, "new_pwd": PASSWORD, "again": PASSWORD})
    client.post("/logout")
    client.get(f"/login/token/{token}")
    client.get("/api-key", headers={"authorization": "Basic YWRtaW46Q29ycmVjdC1Ib3JzZS0x"})
    client.post("/forgot", {"email": admin.email})
    link = mailbox.mails[-1].link("/reset/")
    prid = link.rpartition("/")[2]
    client.get(link)
    client.post("/reset", {"prid": prid, "password": "weak", "again": "weak"})
    client.post("/reset", {"prid": prid, "password": PASSWORD, "again": PASSWORD})
    client.get(link)
    member = {"full_name": "New", "username": "new", "email": "new@example.com", "password": NEW_PASSWORD}
    made_key = call("/i/users/create", args=member).json()["api_key"]
    call("/i/users/create", args={**member, "email": 5})
    call("/i/users/update", args={"user_id": str(person("changed").pk), "password": NEW_PASSWORD})
    call("/i/users/deleteOwnAccount", password=NEW_PASSWORD)
    call("/i/apps/update", args={"app_id": made.shop.id, "salt": SALT})
    call("/i/two-factor-auth", method="enable", secret_token=OTP_SECRET, auth_code="123456")
    call("/o/users/me", auth_token=token)
    call("/o/users/me", auth_token=f"{token}x")
    exported = {"collection": f"app_users{made.shop.id}", "api_key": owner.api_key, "auth_token": token}
    call("/o/export/requestQuery", path="/o/export/db", data=exported)
    call("/o/export/request", path="/o/users/all", data={"api_key": owner.api_key}, prop="nothing")
    call("/o/nothing", secret=NEW_PASSWORD)
    for credentials in (
        {"a": {"type": "fcm", "serviceAccountFile": PUSH_KEY}},
        {"h": {"type": "hms", "key": "1234567", "secret": PUSH_SECRET}},
        {"i": {"type": "apn_universal", "cert": PUSH_KEY, "passphrase": PUSH_SECRET}},
    ):
        call("/i/apps/update/plugins", args={"push": credentials})
    client.get("/nothing", {"api_key": owner.api_key, "auth_token": token})

    secrets = [
        PASSWORD,
        NEW_PASSWORD,
        SALT,
        OTP_SECRET,
        token,
        owner.api_key,
        admin.api_key,
        made_key,
        prid,
        PUSH_KEY,
        PUSH_SECRET,
    ]
    written = [(record.name, record.getMessage() + traceback_of(record)) for record in caplog.records if our(record)]
    written += [
        (name, json.dumps(document, default=str)) for name in RECORDS for document in mongo.collection(name).find({})
    ]
    assert mongo.collection("systemlogs").count_documents({}) > 8
    assert len(written) > 15
    assert [(where, secret) for where, text in written for secret in secrets if secret in text] == []


def traceback_of(record):
    return "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else record.exc_text or ""


def our(record):
    """The driver of the database tells at DEBUG what it sends; no start of the server sets that level for it. The mail
    server is that of the test."""
    return not record.name.startswith(("pymongo", "asyncio", "mail.log"))
