import pytest
from bson import ObjectId
from django.contrib.auth.models import AnonymousUser

from apps.accounts import access, members
from apps.accounts.models import Member
from apps.applications import lifecycle, lookup
from apps.core import mongo

pytestmark = pytest.mark.django_db

NOBODYS_KEY = "0" * 32


def denied(parameters, headers=None, feature="core"):
    with pytest.raises(access.Denied) as error:
        access.authorise_read(parameters, headers or {}, feature)
    return error.value.status, error.value.message


def set_in_database(member, **fields):
    mongo.collection("members").update_one({"_id": member.pk}, {"$set": fields})


@pytest.mark.parametrize("who", ["owner", "member"])
def test_who_may_read_gets_in(request, application, who):
    person = request.getfixturevalue(who)

    granted = access.authorise_read({"api_key": person.api_key, "app_id": application.id}, {})

    assert (granted.member.pk, granted.application) == (person.pk, application)


def test_outsider_gets_in_only_where_invited(application, outsider):
    other = lookup.by_key("other")
    assert access.authorise_read({"api_key": outsider.api_key, "app_id": other.id}, {}).application == other

    assert denied({"api_key": outsider.api_key, "app_id": application.id}) == (401, "User does not have right")


def test_right_on_one_feature_is_no_right_on_another(application, member):
    parameters = {"api_key": member.api_key, "app_id": application.id}

    assert denied(parameters, feature="events") == (401, "User does not have right")


MISSING = (400, 'Missing parameter "api_key" or "auth_token"')


@pytest.mark.parametrize(
    ("parameters", "headers", "answer"),
    [
        ({"app_id": "x"}, {}, (400, 'Invalid parameter "app_id"')),
        ({"app_id": 5}, {}, (400, 'Invalid parameter "app_id"')),
        ({"app_id": {"$ne": ""}}, {}, (400, 'Invalid parameter "app_id"')),
        ({"user_id": "x"}, {}, (400, 'Invalid parameter "user_id"')),
        ({}, {}, MISSING),
        ({"app_id": "", "api_key": ""}, {}, MISSING),
        ({"auth_token": "t"}, {}, (400, "Token not valid")),
        ({}, {"Countly-Token": "t"}, (400, "Token not valid")),
        ({"auth_token": "t", "api_key": NOBODYS_KEY}, {}, (401, "User does not exist")),
        ({"api_key": {"$ne": ""}}, {}, (401, "User does not exist")),
        ({"api_key": ["x"]}, {}, (401, "User does not exist")),
        ({"api_key": 5}, {}, (401, "User does not exist")),
        ({"api_key": "\ud800"}, {}, (401, "User does not exist")),
        ({"api_key": "\0"}, {}, (401, "User does not exist")),
    ],
)
def test_refusals_before_anybody_is_known(owner, parameters, headers, answer):
    assert denied(parameters, headers) == answer


def test_refusals_of_a_known_member_come_in_order(application, member, owner):
    key = {"api_key": member.api_key}
    unknown = str(ObjectId())
    members.set_locked([member, owner], True)

    assert denied(key) == (401, "No app_id provided")
    assert denied({**key, "app_id": unknown}) == (401, "User does not have right")
    assert denied({**key, "app_id": application.id}) == (401, "User is locked")
    assert denied({"api_key": owner.api_key, "app_id": unknown}) == (401, "User is locked")
    members.set_locked([owner], False)
    assert denied({"api_key": owner.api_key, "app_id": unknown}) == (401, "App does not exist")
    assert denied({"api_key": owner.api_key, "app_id": "z" * 24}) == (401, "App does not exist")


def test_older_account_without_permission_reads_what_it_uses(application, member):
    mongo.collection("members").update_one(
        {"_id": member.pk}, {"$unset": {"permission": ""}, "$set": {"user_of": [application.id], "admin_of": []}}
    )
    older = Member.objects.get(pk=member.pk)

    assert access.can_read(older, application.id, "anything") is True
    assert access.is_app_admin(older, application.id) is False
    assert access.readable_applications(older) == [application]
    set_in_database(member, user_of=None, admin_of=[application.id])
    older = Member.objects.get(pk=member.pk)
    assert access.can_read(older, application.id) is False
    assert access.is_app_admin(older, application.id) is True


@pytest.mark.parametrize(("who", "administers"), [("owner", True), ("member", False), ("outsider", False)])
def test_administrators_of_an_application(request, application, who, administers):
    assert access.is_app_admin(request.getfixturevalue(who), application.id) is administers


def test_everybody_lists_their_own_applications(application, owner, member, outsider):
    other = lookup.by_key("other")

    assert access.readable_applications(owner) == [other, application]
    assert access.readable_applications(member) == [application]
    assert access.readable_applications(member, "events") == []
    assert access.readable_applications(outsider) == [other]
    assert access.readable_applications(AnonymousUser()) == []


def test_the_member_s_own_order_comes_first(application, owner):
    first = lifecycle.create_application("Zebra", key="zebra")
    lifecycle.create_application("Apple", key="apple")
    set_in_database(owner, appSortList=[str(first.pk), "gone", 5])

    names = [found.name for found in access.readable_applications(Member.objects.get(pk=owner.pk))]

    assert names == ["Zebra", "Apple", "Shop"]


def test_deleted_application_is_not_listed(application, member):
    mongo.collection("apps").delete_one({"key": "shop"})

    assert access.readable_applications(member) == []


def test_nobody_is_allowed_nothing(application):
    assert access.can_read(AnonymousUser(), application.id) is False
    assert access.is_app_admin(AnonymousUser(), application.id) is False
