"""One of each kind of caller. Made once for many calls."""

from dataclasses import dataclass, field

from apps.accounts import members, permissions, tokens
from apps.accounts.models import Member
from apps.applications import lifecycle, lookup
from apps.applications.info import ApplicationInfo
from apps.core import mongo

PASSWORD = "Correct-Horse-1"
ADDRESS_OF_TOKEN = "/o/countly_version"


@dataclass
class World:
    """Two applications; everybody is asked about `shop`."""

    shop: ApplicationInfo
    other: ApplicationInfo
    people: dict[str, Member] = field(default_factory=dict)

    def with_right(self, letter: str, feature: str) -> Member:
        """Of `shop`, and nothing else."""
        name = f"{letter}-{feature}"
        if name not in self.people:
            rights = {**permissions.empty(), letter: {self.shop.id: {"all": False, "allowed": {feature: True}}}}
            self.people[name] = person(name, permission=rights)
        return self.people[name]

    def credentials(self) -> dict[str, dict[str, str]]:
        """What each kind of caller shows."""
        owner = str(self.people["global admin"].pk)
        expired = tokens.create(owner, ttl_seconds=60)
        mongo.collection(tokens.COLLECTION).update_one({"_id": expired}, {"$set": {"ends": 1}})
        return {
            "nobody": {},
            "app key": {"app_key": self.shop.key},
            "wrong key": {"api_key": "0" * 32},
            **{name: {"api_key": found.api_key} for name, found in self.people.items()},
            "token": {"auth_token": tokens.create(owner)},
            "token for an address": {"auth_token": tokens.create(owner, endpoints=[f"^{ADDRESS_OF_TOKEN}$"])},
            "token for the application": {"auth_token": tokens.create(owner, applications=[self.shop.id])},
            "token for another": {"auth_token": tokens.create(owner, applications=[self.other.id])},
            "expired token": {"auth_token": expired},
        }


def person(name: str, **more: object) -> Member:
    username = name.replace(" ", "-")
    return members.create_member(
        full_name=name, username=username, email=f"{username}@example.com", password=PASSWORD, **more
    )


def world() -> World:
    shop, other = (lookup.by_id(str(lifecycle.create_application(name).pk)) for name in ("Shop", "Other"))
    assert shop is not None
    assert other is not None
    made = World(shop, other)
    made.people = {
        "outsider": person("outsider"),
        "reader": person("reader", permission=permissions.with_applications(None, set(), {shop.id})),
        "admin": person("admin", permission=permissions.with_applications(None, {shop.id}, set())),
        "admin of another": person(
            "admin of another", permission=permissions.with_applications(None, {other.id}, set())
        ),
        "global admin": person("global admin", global_admin=True),
        "locked": person("locked", global_admin=True),
    }
    members.set_locked([made.people["locked"]], True)
    return made
