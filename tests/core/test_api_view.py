"""What every endpoint of the API makes of what goes wrong while it answers."""

import pytest

from apps.core.api_view import ApiView
from apps.core.client_queries import InvalidQuery


def answer_of(rf, raised):
    class Raising(ApiView):
        def answer(self, parameters, headers, **path):
            raise raised

    answer = Raising.as_view()(rf.get("/o/x"))
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    ("raised", "result"),
    [
        (InvalidQuery("It takes too long"), "Failed to parse query. It takes too long"),
        (RecursionError("maximum recursion depth exceeded"), "A parameter is nested too deeply"),
    ],
)
def test_what_a_client_asked_for_in_vain_is_told(rf, raised, result):
    assert answer_of(rf, raised) == (400, f'{{"result":"{result}"}}')
