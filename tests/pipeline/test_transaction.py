"""Two shards that make one document at the same moment: the second one reads what the first has made."""

from collections.abc import Callable

import pytest
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError

from apps.pipeline.transaction import ATTEMPTS, _carry_out

pytestmark = pytest.mark.django_db


def refused(code: int, times: int) -> tuple[Callable[[ClientSession], str], list[int]]:
    attempts: list[int] = []

    def transaction(session: ClientSession) -> str:
        attempts.append(1)
        if len(attempts) <= times:
            raise BulkWriteError({"writeErrors": [{"code": code}]})
        return "done"

    return transaction, attempts


def test_a_key_that_was_taken_meanwhile_is_tried_again() -> None:
    transaction, attempts = refused(11000, ATTEMPTS - 1)
    assert (_carry_out(transaction), len(attempts)) == ("done", ATTEMPTS)


@pytest.mark.parametrize(("code", "tried"), [(11000, ATTEMPTS), (121, 1)])
def test_what_is_refused_for_good_is_given_up(code: int, tried: int) -> None:
    transaction, attempts = refused(code, 99)
    with pytest.raises(BulkWriteError):
        _carry_out(transaction)
    assert len(attempts) == tried
