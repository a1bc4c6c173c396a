from tests.accounts.conftest import application, member, outsider, owner  # noqa: F401  fixtures
