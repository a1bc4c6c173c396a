"""Uploads and shows pictures of members and applications."""

import hashlib
import re
from collections.abc import Callable

from bson import ObjectId
from django.http import HttpRequest, HttpResponse
from django.utils.http import quote_etag
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import access, application_pictures, pictures
from apps.accounts.models import Member
from apps.accounts.pages import for_member_or_401
from apps.accounts.pictures import Bucket
from apps.accounts.views import note
from apps.core import mongo
from apps.core.client_address import accountable_address
from apps.plugin_api import audit

YEAR_SECONDS = 31_536_000
NAME = re.compile(r"[0-9a-f]{24}\.png")
#: A grey square: for whom there is no picture.
DEFAULT = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72"><rect width="72" height="72" rx="12" fill="#d5d9e0"/>'
    b'<circle cx="36" cy="28" r="12" fill="#fff"/><path d="M14 62a22 22 0 0 1 44 0z" fill="#fff"/></svg>'
)


@require_POST
@for_member_or_401
def upload_for_application(request: HttpRequest, member: Member) -> HttpResponse:
    """Members who may create `global_upload` on the application: its administrators."""
    application_id = request.POST.get("app_image_id", "")
    if not ObjectId.is_valid(application_id) or not access.has_right(member, "c", application_id, "global_upload"):
        return _refused("User does not have right", 403)
    path = _stored(request, "app_image", lambda uploaded: application_pictures.put(application_id, uploaded))
    if path:
        data = {"_id": application_id, "update": {"has_image": True}}
        address = accountable_address(request)
        audit.record("app_updated", data, member=member, application_id=application_id, address=address)
        return HttpResponse(path, content_type="text/plain")
    return _refused("Invalid image format. Must be png, gif or jpeg", 400)


@require_POST
@for_member_or_401
def upload_for_member(request: HttpRequest, member: Member) -> HttpResponse:
    """Members, their own; global administrators, everybody's."""
    member_id = request.POST.get("member_image_id") or str(member.pk)
    is_own = member_id == str(member.pk)
    if not is_own and (not member.global_admin or access.member_by_id(member_id) is None):
        return _refused("User does not have right", 403)
    path = _stored(request, "member_image", lambda uploaded: pictures.store(Bucket.MEMBERS, member_id, uploaded))
    if not path:
        return _refused("Invalid image format. Must be png, gif or jpeg", 400)
    mongo.collection("members").update_one({"_id": ObjectId(member_id)}, {"$set": {"member_image": path}})
    note(request, "account_settings_updated" if is_own else "user_updated", {"member_image": path}, member)
    return HttpResponse(path, content_type="text/plain")


@require_safe
def show_application(request: HttpRequest, name: str) -> HttpResponse:
    """Anybody: mails and other servers show them."""
    return _shown(request, Bucket.APPLICATIONS, name)


@require_safe
def show_member(request: HttpRequest, name: str) -> HttpResponse:
    """Anybody, as above."""
    return _shown(request, Bucket.MEMBERS, name)


def _stored(request: HttpRequest, field: str, store: Callable[[bytes], str]) -> str:
    """Empty when nothing usable was sent."""
    upload = request.FILES.get(field)
    if upload is None or (upload.size or 0) > pictures.MAX_BYTES:
        return ""
    try:
        return store(upload.read())
    except pictures.NotAPicture:
        return ""


def _shown(request: HttpRequest, bucket: Bucket, name: str) -> HttpResponse:
    picture = pictures.read(bucket, name) if NAME.fullmatch(name) else None
    body, content_type = (picture, "image/png") if picture else (DEFAULT, "image/svg+xml")
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    # The address stays when the picture changes, so who shows it adds `?v=`; the default is asked for again.
    caching = f"public, max-age={YEAR_SECONDS}" if picture else "public, max-age=60"
    headers = {"Cache-Control": caching, "ETag": etag, "Content-Security-Policy": "default-src 'none'"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type=content_type, headers=headers)


def _refused(reason: str, status: int) -> HttpResponse:
    return HttpResponse(reason, status=status, content_type="text/plain")
