from tests.applications.conftest import admin, other, outsider, owner, shop, shop_admin  # noqa: F401  fixtures
