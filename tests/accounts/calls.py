"""Calls of the management API as its clients make them."""

import json


class Caller:
    """A member, or nobody, with an HTTP client. Answers are (status, parsed JSON)."""

    def __init__(self, client, member=None):
        self.client = client
        self.credentials = {"api_key": member.api_key} if member else {}

    def get(self, path, /, **parameters):
        return parsed(self.client.get(path, {**parameters, **self.credentials}))

    def post(self, path, args=None, /, **parameters):
        sent = {"args": json.dumps(args)} if args is not None else {}
        return parsed(self.client.post(path, {**parameters, **sent, **self.credentials}))

    def post_json(self, path, body):
        return parsed(self.client.post(path, {**body, **self.credentials}, content_type="application/json"))


def parsed(answer):
    assert answer.headers["X-Countly"] == "api"
    return answer.status_code, json.loads(answer.content)


NO_RIGHT = (401, {"result": "User does not have right"})
SUCCESS = (200, {"result": "Success"})
