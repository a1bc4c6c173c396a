"""What is wrong with a request about messages, in the forms that API clients know."""

from typing import Any


class PushProblem(Exception):
    """Answered with the status and this body."""

    def __init__(self, body: dict[str, Any], status: int = 400) -> None:
        super().__init__("; ".join(str(error) for error in body.get("errors", [])))
        self.body = body
        self.status = status


def invalid(*errors: str) -> PushProblem:
    return PushProblem({"kind": "ValidationError", "errors": list(errors)})


def impossible(*errors: str) -> PushProblem:
    """What was sent is sound, but cannot be done now."""
    return PushProblem({"kind": "PushError", "errors": list(errors)})


def bad_parameters(*errors: str) -> PushProblem:
    return PushProblem({"errors": list(errors)})


def not_found() -> PushProblem:
    return PushProblem({"errors": ["Message not found"]}, 404)
