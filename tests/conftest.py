import pytest

from apps.core import redis_client


@pytest.fixture(autouse=True)
def _fresh_redis() -> None:
    redis_client.client().flushdb()
