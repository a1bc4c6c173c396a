import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from bson import ObjectId
from django.db import connection

from apps.accounts import endpoint_patterns, members, tokens
from apps.core import clock, mongo
from tests.accounts.calls import NO_RIGHT, Caller, parsed

pytestmark = pytest.mark.django_db

NOW_MS = 1_741_780_800_000
NOT_VALID = (400, {"result": "Token not valid"})


@pytest.fixture
def make(client, member):
    def made(**parameters):
        status, answer = Caller(client, member).post("/i/token/create", **parameters)
        assert status == 200
        return answer["result"]

    return made


def me(client, token, path="/o/users/me", **parameters):
    status, answer = parsed(client.get(path, parameters, headers={"countly-token": token}))
    return answer.get("username", (status, answer))


def stored(token):
    return mongo.collection("auth_tokens").find_one({"_id": token})


def test_token_is_stored_in_the_layout(make, member):
    with clock.frozen_at(NOW_MS):
        token = make(purpose="golden")

    assert stored(token) == {
        "_id": token,
        "ttl": 1800,
        "ends": NOW_MS // 1000 + 1800,
        "multi": True,
        "owner": str(member.pk),
        "app": "",
        "endpoint": "",
        "purpose": "golden",
        "temporary": False,
    }


def test_tokens_are_forty_random_digits(make):
    made = {make() for _ in range(20)}

    assert len(made) == 20
    assert all(len(token) == 40 and set(token) <= set("0123456789abcdef") for token in made)
    assert all(sum(token[place] == "0" for token in made) < 12 for place in range(40))  # no fixed or counting part


def test_token_acts_for_its_owner_in_parameter_and_header(client, make, member):
    token = make()

    assert me(client, token) == "member"
    assert parsed(client.get("/o/users/me", {"auth_token": token}))[1]["username"] == "member"
    assert parsed(client.post("/o/users/me", {"auth_token": token}))[1]["username"] == "member"


def test_valid_token_wins_over_an_api_key_and_an_invalid_one_gives_way(client, make, owner):
    token = make()

    assert me(client, token, api_key=owner.api_key) == "member"
    assert me(client, "0" * 40, api_key=owner.api_key) == "owner"
    assert me(client, "0" * 40, api_key="0" * 32) == (401, {"result": "User does not exist"})


def test_token_has_the_rights_of_its_owner_and_no_more(client, make):
    assert me(client, make(), "/o/users/all") == NO_RIGHT


@pytest.mark.parametrize("token", ["", "x", "0" * 40, "0" * 5000, "\0", "é", "$ne"])
def test_unknown_tokens_are_not_valid(client, member, token):
    expected = NOT_VALID if token else (400, {"result": 'Missing parameter "api_key" or "auth_token"'})

    assert parsed(client.get("/o/users/me", {"auth_token": token})) == expected


@pytest.mark.parametrize("sent", [{"$ne": ""}, {"$gt": ""}, ["x"], 5, True])
def test_operators_in_place_of_a_token_are_not_valid(client, make, sent):
    make()

    assert parsed(client.post("/o/users/me", {"auth_token": sent}, content_type="application/json")) == NOT_VALID


def test_token_ends(client, make):
    with clock.frozen_at(NOW_MS):
        token, endless = make(ttl=60), make(ttl=0)
    with clock.frozen_at(NOW_MS + 59_000):
        assert me(client, token) == "member"
    with clock.frozen_at(NOW_MS + 60_000):
        assert me(client, token) == NOT_VALID
        assert me(client, endless) == "member"


def test_tokens_of_deleted_and_locked_members_are_refused(client, make, member):
    token = make()
    members.set_locked([member], True)
    assert me(client, token) == (401, {"result": "User is locked"})
    mongo.collection("members").delete_one({"_id": member.pk})
    assert me(client, token) == (401, {"result": "User does not exist"})


def test_token_for_one_use_serves_once(client, make):
    token = make(multi="false")

    assert me(client, token) == "member"
    assert me(client, token) == NOT_VALID
    assert stored(token) is None


def test_token_for_one_use_lets_one_of_many_in(make, member):
    token = make(multi="false")

    def use(_):
        try:
            return tokens.use(token, "/o", {}) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(use, range(8))) == [False] * 7 + [True]


def test_refused_use_does_not_spend_a_token(client, make):
    token = make(multi="false", endpoint="/o/users")

    assert me(client, token, "/o/apps/mine") == NOT_VALID
    assert me(client, token) == "member"


def test_token_for_applications_refuses_others(client, make, application):
    token, other = make(apps=application.id), make(apps=str(ObjectId()))

    assert me(client, token, "/o", method="users", app_id=application.id) == (200, {})
    assert me(client, other, "/o", method="users", app_id=application.id) == NOT_VALID
    assert me(client, other) == "member"


@pytest.mark.parametrize(
    ("limits", "path", "is_valid"),
    [
        ({"endpoint": "/o/users"}, "/o/users/me", True),
        ({"endpoint": "^/o$,/me$"}, "/o/users/me", True),
        ({"endpoint": "^/o$"}, "/o/users/me", False),
        ({"endpointquery": '[{"endpoint":"/o/users","params":{"a":"^1$"}}]'}, "/o/users/me?a=1", True),
        ({"endpointquery": '[{"endpoint":"/o/users","params":{"a":"^1$"}}]'}, "/o/users/me?a=12", False),
        ({"endpointquery": '[{"endpoint":"/o/users","params":{"a":"."}}]'}, "/o/users/me", False),
        ({"endpointquery": '[{"endpoint":"/o$"}]', "endpoint": "/o/users"}, "/o/users/me", False),
        ({"endpointquery": "[broken", "endpoint": "/o/users"}, "/o/users/me", True),
    ],
)
def test_token_for_addresses(client, make, limits, path, is_valid):
    answer = me(client, make(**limits), path)

    assert answer == ("member" if is_valid else NOT_VALID)


def test_header_cannot_pretend_another_path(client, make):
    token = make(endpoint="^/o/token/check$")

    answer = client.get("/o/users/me", headers={"countly-token": token, ":path": "/o/token/check"})
    assert parsed(answer) == NOT_VALID


@pytest.mark.parametrize(
    "parameters",
    [
        {"ttl": "x"},
        {"ttl": "-1"},
        {"ttl": "9" * 30},
        {"apps": "x"},
        {"endpoint": "("},
        {"endpoint": "(?=a)"},
        {"endpoint": "a" * 501},
        {"endpoint": ",".join("a" * 51)},
        {"endpointquery": "[5]"},
        {"endpointquery": '[{"endpoint":5}]'},
        {"endpointquery": '[{"endpoint":"/o","params":{"$where":"x"}}]'},
        {"endpointquery": '[{"endpoint":"/o","params":{"a":{"$ne":1}}}]'},
        {"purpose": "x" * 1001},
    ],
)
def test_bad_parameters_are_refused(client, member, parameters):
    status, answer = Caller(client, member).post("/i/token/create", **parameters)

    assert (status, answer) == (400, {"result": f'Invalid parameter "{next(iter(parameters))}"'})
    assert mongo.collection("auth_tokens").count_documents({}) == 0


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){12}$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_expressions_that_hang_elsewhere_do_not_hang_here(pattern):
    began = time.monotonic()
    endpoint_patterns.matches(pattern, "a" * 3_999 + "!")

    assert time.monotonic() - began < 1


def test_unusable_pattern_of_an_adopted_token_matches_nothing(client, make):
    token = make()
    mongo.collection("auth_tokens").update_one({"_id": token}, {"$set": {"endpoint": ["(?=.)", 5, {"endpoint": None}]}})

    assert me(client, token) == NOT_VALID


def test_limited_token_cannot_widen_itself(client, make, application):
    for limited in (make(apps=application.id), make(endpoint=".")):
        assert me(client, limited, "/i/token/create") == NO_RIGHT
        assert me(client, limited, "/o/token/list") == NO_RIGHT
        assert "api_key" not in parsed(client.get("/o/users/me", {"auth_token": limited}))[1]


def test_lists_and_deletes_only_own_tokens(client, make, member, owner):
    token = make(purpose="mine")
    assert Caller(client, owner).get("/o/token/list") == (200, {"result": []})
    _status, answer = Caller(client, member).get("/o/token/list")
    assert [found["_id"] for found in answer["result"]] == [token]

    gone = {"acknowledged": True, "deletedCount": 0}
    assert Caller(client, owner).post("/i/token/delete", tokenid=token) == (200, {"result": gone})
    assert me(client, token) == "member"
    gone["deletedCount"] = 1
    assert Caller(client, member).post("/i/token/delete", tokenid=token) == (200, {"result": gone})
    assert me(client, token) == NOT_VALID


def test_check_tells_the_seconds_left(client, member, make):
    with clock.frozen_at(NOW_MS):
        token, endless = make(ttl=60), make(ttl=0)
    with clock.frozen_at(NOW_MS + 10_000):
        caller = Caller(client, member)
        assert caller.get("/o/token/check", token=token) == (200, {"result": {"valid": True, "time": 50}})
        assert caller.get("/o/token/check", token=endless) == (200, {"result": {"valid": True, "time": -1}})
        assert caller.get("/o/token/check", token="x") == (200, {"result": {"valid": False, "time": 0}})


def test_expired_tokens_go_by_the_job_and_when_one_is_made(make):
    with clock.frozen_at(NOW_MS):
        first, endless = make(ttl=60), make(ttl=0)
    with clock.frozen_at(NOW_MS + 61_000):
        second = make(ttl=60)
        assert (stored(first), stored(endless) is None) == (None, False)
    with clock.frozen_at(NOW_MS + 200_000):
        assert tokens.purge() == 1
    assert stored(second) is None
