"""Credentials of an application with the providers: checked, stored encrypted, never shown again.

`apps.plugins.push` holds for each platform `{_id, type}` and what may be shown; the secrets are in `creds`. Credentials
that a Countly server stored in the clear are read as they are.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from bson import ObjectId
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from cryptography.x509.oid import NameOID

from apps.applications import lookup
from apps.applications.own_settings import InvalidSettings
from apps.core import clock, mongo
from plugins.push import documents, secrets_at_rest
from plugins.push.platforms import ANDROID, HUAWEI, IOS

LARGEST_FILE_BYTES = 64 * 1024
LONGEST_VALUE = 500
APNS_TOKEN, APNS_CERTIFICATE, FCM, HMS = "apn_token", "apn_universal", "fcm", "hms"
TYPES = {IOS: (APNS_TOKEN, APNS_CERTIFICATE), ANDROID: (FCM,), HUAWEI: (HMS,)}
SECRET_FIELDS = frozenset({"key", "cert", "secret", "serviceAccountFile"})
DEMO = "demo"
REJECTED = "Credentials were rejected by push notification provider"


@dataclass(frozen=True, slots=True)
class Credentials:
    id: str
    type: str
    values: Mapping[str, Any]
    hash: str  # of the secrets: what caches of tokens and connections are kept under

    def __repr__(self) -> str:
        return f"Credentials({self.id}, {self.type})"


def configured(application_id: str) -> dict[str, dict[str, Any]]:
    """Platform -> what may be shown of its credentials."""
    application = lookup.fresh_by_ids([application_id]).get(application_id)
    own = application.overrides.get("push") if application else None
    if not isinstance(own, dict):
        return {}
    return {name: own[name] for name in TYPES if isinstance(own.get(name), dict) and own[name].get("_id")}


def load(application_id: str, platform: str) -> Credentials | None:
    """Raises secrets_at_rest.Unreadable."""
    shown = configured(application_id).get(platform)
    if shown is None or not ObjectId.is_valid(str(shown["_id"])):
        return None
    stored = mongo.collection(documents.CREDENTIALS).find_one({"_id": ObjectId(str(shown["_id"]))})
    return _read(stored) if stored else None


def _read(stored: Mapping[str, Any]) -> Credentials:
    sealed = stored.get("sealed")
    secrets = secrets_at_rest.unseal(sealed) if isinstance(sealed, str) else {}
    values = {**stored, **secrets}
    return Credentials(str(stored["_id"]), str(stored.get("type")), values, str(stored.get("hash") or stored["_id"]))


# Changing ------------------------------------------------------------------------------------------------------------
def change(application_id: str, sent: dict[str, Any]) -> dict[str, Any]:
    """A handler of an application's settings: what is not named stays, null deletes."""
    from plugins.push.gateways import trial  # circular: gateways take credentials

    application = lookup.fresh_by_ids([application_id]).get(application_id)
    own = application.overrides.get("push") if application else None
    kept: dict[str, Any] = dict(own) if isinstance(own, dict) else {}
    new: dict[str, Credentials] = {}
    gone: list[str] = []
    for platform in TYPES:
        if platform not in sent:
            continue
        values, before = sent[platform], kept.get(platform)
        if _is_as_shown(values, before):
            continue
        if isinstance(before, dict) and before.get("_id"):
            gone.append(str(before["_id"]))
        if values is None:
            kept.pop(platform, None)
        elif isinstance(values, dict) and values.get("_id") == DEMO:
            kept[platform] = {"_id": DEMO, "type": TYPES[platform][0]}
        else:
            checked = read(platform, values)
            trial.check(checked)
            new[platform] = checked
            kept[platform] = shown_of(checked)
    _take_plain(sent, kept)
    for credentials in new.values():
        _store(credentials)
    if gone:
        mongo.collection(documents.CREDENTIALS).delete_many(
            {"_id": {"$in": [ObjectId(x) for x in gone if len(x) == 24]}}
        )
    return kept


def _is_as_shown(values: Any, before: Any) -> bool:
    """What came back as it was told, without any secret: nothing is to be changed."""
    if not isinstance(values, dict) or not isinstance(before, dict) or not values.get("_id"):
        return False
    return values["_id"] == before.get("_id") and not any(values.get(name) for name in SECRET_FIELDS)


def _take_plain(sent: Mapping[str, Any], kept: dict[str, Any]) -> None:
    for name, fields in (("rate", ("rate", "period")), ("test", ("uids", "cohorts"))):
        if name not in sent:
            continue
        values = sent[name]
        if not isinstance(values, Mapping) or any(len(str(values.get(one) or "")) > 4_000 for one in fields):
            raise InvalidSettings(f"{name}: Invalid value")
        kept[name] = {one: str(values.get(one) or "") for one in fields}
        if name == "rate" and not all(value == "" or value.isdigit() for value in kept[name].values()):
            raise InvalidSettings("rate: whole numbers are needed")


def _store(credentials: Credentials) -> None:
    open_values = {name: value for name, value in credentials.values.items() if name not in SECRET_FIELDS}
    secrets = {name: value for name, value in credentials.values.items() if name in SECRET_FIELDS}
    document = {
        "_id": ObjectId(credentials.id),
        "type": credentials.type,
        **open_values,
        "sealed": secrets_at_rest.seal(secrets),
        "hash": credentials.hash,
        "created": clock.now(),
    }
    mongo.collection(documents.CREDENTIALS).insert_one(document)


def shown_of(credentials: Credentials) -> dict[str, Any]:
    open_values = {name: value for name, value in credentials.values.items() if name not in SECRET_FIELDS}
    return {"_id": credentials.id, "type": credentials.type, **open_values, "hash": credentials.hash[:16]}


def remove_of_application(application_id: str) -> None:
    ids = [ObjectId(str(one["_id"])) for one in configured(application_id).values() if len(str(one["_id"])) == 24]
    mongo.collection(documents.CREDENTIALS).delete_many({"_id": {"$in": ids}})


# Reading what was sent -----------------------------------------------------------------------------------------------
def read(platform: str, sent: Any) -> Credentials:
    """Raises InvalidSettings with a sentence that holds nothing of what was sent."""
    if not isinstance(sent, dict) or sent.get("type") not in TYPES[platform]:
        raise InvalidSettings("Invalid type of push credentials")
    reads = {APNS_TOKEN: _apns_token, APNS_CERTIFICATE: _apns_certificate, FCM: _fcm, HMS: _hms}
    values = reads[sent["type"]](sent)
    secrets = json.dumps({name: values[name] for name in sorted(values)}, sort_keys=True)
    return Credentials(str(ObjectId()), sent["type"], values, hashlib.sha256(secrets.encode()).hexdigest())


def _apns_token(sent: dict[str, Any]) -> dict[str, Any]:
    key = _file(sent, "key").decode("latin-1")
    try:
        loaded = load_pem_private_key(key.encode("latin-1"), None)
    except (ValueError, TypeError) as error:
        raise InvalidSettings("The key file is not a P8 key") from error
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise InvalidSettings("The key file is not a P8 key")
    return {"key": key, "keyid": _text(sent, "keyid"), "bundle": _text(sent, "bundle"), "team": _text(sent, "team")}


def _apns_certificate(sent: dict[str, Any]) -> dict[str, Any]:
    data = _file(sent, "cert")
    secret = sent.get("secret") or ""
    if not isinstance(secret, str) or len(secret) > LONGEST_VALUE:
        raise InvalidSettings("Invalid passphrase")
    try:
        found = pkcs12.load_pkcs12(data, secret.encode() or None)
    except ValueError as error:
        raise InvalidSettings("The certificate cannot be opened: wrong passphrase, or no P12 file") from error
    if found.cert is None or found.key is None:
        raise InvalidSettings("The file holds no certificate with its key")
    certificate = found.cert.certificate
    names = certificate.subject.get_attributes_for_oid(NameOID.USER_ID)
    bundle = str(names[0].value) if names else str(sent.get("bundle") or "")
    if not bundle or len(bundle) > LONGEST_VALUE:
        raise InvalidSettings("The certificate does not say for which bundle it is")
    return {
        "cert": base64.b64encode(data).decode(),
        "secret": secret,
        "bundle": bundle,
        "notAfter": certificate.not_valid_after_utc.isoformat(),
    }


def _fcm(sent: dict[str, Any]) -> dict[str, Any]:
    content = _file(sent, "serviceAccountFile")
    try:
        account = json.loads(content)
        key = load_pem_private_key(account["private_key"].encode(), None)
        project, mail = account["project_id"], account["client_email"]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InvalidSettings("The file is not that of a service account") from error
    texts = (project, mail)
    if not isinstance(key, rsa.RSAPrivateKey) or not all(isinstance(t, str) and 0 < len(t) < 300 for t in texts):
        raise InvalidSettings("The file is not that of a service account")
    return {"serviceAccountFile": content.decode(), "project": project, "client_email": mail}


def _hms(sent: dict[str, Any]) -> dict[str, Any]:
    application, secret = _text(sent, "app"), _text(sent, "secret")
    if not application.isdigit():
        raise InvalidSettings("The app id is a number")
    return {"app": application, "secret": secret}


def _text(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name)
    value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST_VALUE:
        raise InvalidSettings(f"Missing {name}")
    return value.strip()


def _file(sent: dict[str, Any], name: str) -> bytes:
    """As a data URL, or as plain base64."""
    value = sent.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidSettings(f"Missing {name}")
    if len(value) > LARGEST_FILE_BYTES * 2:
        raise InvalidSettings(f"The file {name} is too large")
    try:
        return base64.b64decode(value.rpartition("base64,")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidSettings(f"The file {name} cannot be read") from error


def service_account(credentials: Credentials) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(str(credentials.values["serviceAccountFile"]))
    return found


def signed(claims: dict[str, Any], key: str, algorithm: str, headers: dict[str, str] | None = None) -> str:
    # The numbers of the key were checked when it was entered; to do so each time takes a hundred times the signature's.
    loaded = load_pem_private_key(key.encode(), None, unsafe_skip_rsa_key_validation=True)
    return jwt.encode(claims, loaded, algorithm=algorithm, headers=headers)  # type: ignore[arg-type]
