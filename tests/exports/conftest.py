from tests.accounts.conftest import application, member, outsider, owner

__all__ = ["application", "member", "outsider", "owner"]
