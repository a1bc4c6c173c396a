from tests.applications.conftest import admin, other, outsider, owner, shop  # noqa: F401  fixtures
