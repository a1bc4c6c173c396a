import io
import struct
import zlib

import pytest
from bson import ObjectId
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.accounts import pictures
from apps.accounts.pictures import Bucket
from apps.applications import removal
from apps.applications.models import Application
from apps.core import mongo

pytestmark = pytest.mark.django_db


def picture(kind="PNG", size=(200, 100), color=(200, 30, 40)):
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, kind)
    return written.getvalue()


def bomb(side=60_000):
    """A PNG of a few bytes that says it has billions of pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def upload(client, path, content, name="me.png", **fields):
    field = "app_image" if path == "/apps/icon" else "member_image"
    return client.post(path, {field: SimpleUploadedFile(name, content, "image/png"), **fields})


@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG"])
def test_uploaded_picture_is_written_anew_as_a_small_png(client, member, kind):
    client.force_login(member)

    answer = upload(client, "/member/icon", picture(kind), f"../../evil.{kind}", member_image_id=str(member.pk))

    path = f"memberimages/{member.pk}.png"
    assert (answer.status_code, answer.content.decode()) == (200, path)
    assert mongo.collection("members").find_one({"_id": member.pk})["member_image"] == path
    shown = client.get(f"/{path}")
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    with Image.open(io.BytesIO(shown.content)) as found:
        assert (found.format, found.size) == ("PNG", (72, 72))


def test_new_picture_takes_the_place_of_the_old_one(client, member):
    client.force_login(member)
    for color in ((255, 0, 0), (0, 0, 255)):
        upload(client, "/member/icon", picture(color=color))

    with Image.open(io.BytesIO(client.get(f"/memberimages/{member.pk}.png").content)) as found:
        assert found.getpixel((36, 36))[:3] == (0, 0, 255)
    files = mongo.files_database()
    assert files["memberimages.files"].count_documents({"filename": f"{member.pk}.png"}) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a<script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<html><script>alert(1)</script>",
        picture()[:60],
        bomb(),
        b"\x89PNG\r\n\x1a\n" + b"0" * (pictures.MAX_BYTES + 1),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 5 5\n",
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(client, member, content):
    client.force_login(member)

    assert upload(client, "/member/icon", content).status_code == 400
    assert mongo.files_database()["memberimages.files"].count_documents({"filename": f"{member.pk}.png"}) == 0


def test_comments_of_a_picture_are_not_kept(client, member):
    from PIL.PngImagePlugin import PngInfo

    written, info = io.BytesIO(), PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    Image.new("RGB", (10, 10)).save(written, "PNG", pnginfo=info)

    assert b"script" in written.getvalue()
    assert b"script" not in pictures.cut(written.getvalue())


def test_members_change_only_their_own_picture(client, member, owner):
    client.force_login(member)
    assert upload(client, "/member/icon", picture(), member_image_id=str(owner.pk)).status_code == 403
    assert upload(client, "/member/icon", picture(), member_image_id="x").status_code == 403
    client.force_login(owner)
    assert upload(client, "/member/icon", picture(), member_image_id=str(member.pk)).status_code == 200
    assert upload(client, "/member/icon", picture(), member_image_id=str(ObjectId())).status_code == 403
    client.logout()
    assert upload(client, "/member/icon", picture()).status_code == 401


@pytest.mark.parametrize(("who", "status"), [("owner", 200), ("member", 403), ("outsider", 403)])
def test_pictures_of_applications_are_changed_by_their_administrators(request, client, application, who, status):
    client.force_login(request.getfixturevalue(who))

    answer = upload(client, "/apps/icon", picture(), app_image_id=application.id)

    assert answer.status_code == status
    assert bool(mongo.collection("apps").find_one({"key": "shop"}).get("has_image")) is (status == 200)
    shown = client.get(f"/appimages/{application.id}.png")
    assert shown["Content-Type"] == ("image/png" if status == 200 else "image/svg+xml")


@pytest.mark.parametrize(
    "name", ["none", "../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "a" * 24 + ".png", "x.svg", "a/b/c.png", "%00"]
)
def test_other_names_show_the_default(client, db, name):
    for bucket in ("appimages", "memberimages"):
        shown = client.get(f"/{bucket}/{name}")
        assert (shown.status_code, shown["Content-Type"]) == (200, "image/svg+xml")
        assert shown["Content-Security-Policy"] == "default-src 'none'"


def test_known_picture_is_not_sent_again(client, member):
    pictures.store(Bucket.MEMBERS, str(member.pk), picture())
    shown = client.get(f"/memberimages/{member.pk}.png")

    again = client.get(f"/memberimages/{member.pk}.png", headers={"if-none-match": shown["ETag"]})
    assert (again.status_code, again.content, shown["Cache-Control"]) == (304, b"", "public, max-age=31536000")


def test_pictures_go_with_whom_they_show(client, owner, member, application):
    pictures.store(Bucket.MEMBERS, str(member.pk), picture())
    pictures.store(Bucket.APPLICATIONS, application.id, picture())
    from apps.accounts import members

    members.delete_member(member)
    removal.delete_application(Application.objects.get(pk=application.id))

    assert pictures.read(Bucket.MEMBERS, f"{member.pk}.png") is None
    assert pictures.read(Bucket.APPLICATIONS, f"{application.id}.png") is None
