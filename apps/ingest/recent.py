"""The last request of each user that this process acknowledged, to recognise it when it is sent again at once.

This only decides what the sender reads. That a repeated request counts once is the work of the flush, which knows
repetitions across processes and restarts.
"""

from apps.applications.info import ApplicationInfo

MAX_USERS = 50_000

_User = tuple[str, int, str]


class RecentRequests:
    def __init__(self, max_users: int = MAX_USERS) -> None:
        self._max_users = max_users
        self._last: dict[_User, bytes] = {}  # the most recently acknowledged user is the last

    def is_last(self, application: ApplicationInfo, device_id: str, fingerprint: bytes) -> bool:
        return self._last.get(_user(application, device_id)) == fingerprint

    def remember(self, application: ApplicationInfo, device_id: str, fingerprint: bytes) -> None:
        """Call when the request is stored, never before: what was not stored has to be accepted again."""
        user = _user(application, device_id)
        self._last.pop(user, None)
        self._last[user] = fingerprint
        if len(self._last) > self._max_users:
            del self._last[next(iter(self._last))]


def _user(application: ApplicationInfo, device_id: str) -> _User:
    """After the application's data was cleared, nobody has sent anything yet."""
    return application.id, application.generation, device_id
