"""The picture of an application: stored, told to who shows it, and taken away."""

from bson import ObjectId

from apps.accounts import pictures
from apps.accounts.pictures import Bucket
from apps.applications import lookup
from apps.core import clock, mongo
from apps.plugin_api.signals import application_updated, tell


def put(application_id: str, uploaded: bytes) -> str:
    """The address of the picture without the slash in front, "" where there is no such application. Raises
    pictures.NotAPicture."""
    path = pictures.store(Bucket.APPLICATIONS, application_id, uploaded)
    if _change(application_id, has_image=True):
        return path
    pictures.remove(Bucket.APPLICATIONS, application_id)
    return ""


def take_away(application_id: str) -> None:
    pictures.remove(Bucket.APPLICATIONS, application_id)
    _change(application_id, has_image=False)


def _change(application_id: str, *, has_image: bool) -> bool:
    # With its time, by which the address of a new picture differs from that of the one before.
    changed = {"$set": {"has_image": has_image, "edited_at": clock.now_s()}}
    found = mongo.collection("apps").update_one({"_id": ObjectId(application_id)}, changed).matched_count > 0
    if found:
        lookup.forget_all()
        tell(application_updated, application_id=application_id)
    return found
