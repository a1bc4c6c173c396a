from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.accounts import failed_logins
from apps.core import mongo

pytestmark = pytest.mark.django_db


def test_parallel_guesses_get_no_more_attempts_than_others():
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda _: failed_logins.count_attempt("ada"), range(24)))

    assert sum(allowed) == 3
    assert mongo.collection("failed_logins").find_one({})["fails"] == 3
