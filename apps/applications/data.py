"""What belongs to an application beside its own document. The rooms that own it say how it is removed.

This room knows none of it: whoever stores something of an application registers it, from `AppConfig.ready`, so that
deletion and reset ask everybody.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from apps.core.texts import Text
from apps.plugin_api.registry import Registry


@dataclass(frozen=True, slots=True)
class Horizon:
    """What is older goes. Both say the same, for counters of months and for single records."""

    months: frozenset[str]  # "2025:3", and "2025:0" for its year: these stay
    since_s: int  # unix seconds: the beginning of the first month that stays


Remove = Callable[[str], None]  # takes the application's id
RemoveOlder = Callable[[str, Horizon], None]


@dataclass(frozen=True, slots=True)
class ApplicationData:
    title: Text  # for people, as in "users and their profiles"
    clear: Remove | None = None  # the data; what people configured stays
    clear_older: RemoveOlder | None = None
    reset: Remove | None = None  # on top of `clear`: what people configured
    delete: Remove | None = None  # on top of `reset`: what only makes sense while the application exists


#: By its title. Asked also while the plugin that stored it is off: what it stored is the application's all the same.
APPLICATION_DATA: Registry[ApplicationData] = Registry("kind of application data")
_holds: list[Callable[[], AbstractContextManager[object]]] = []
_activity: list[Callable[[str], int]] = []


def register_application_data(
    title: Text,
    *,
    clear: Remove | None = None,
    clear_older: RemoveOlder | None = None,
    reset: Remove | None = None,
    delete: Remove | None = None,
) -> None:
    """Of the server itself; plugins put ApplicationData into APPLICATION_DATA.

    Each function must do no harm when it runs twice: a removal that broke off is repeated from its beginning.

    What was registered last is removed first: requests that wait for a second attempt go before the counters which
    that attempt would fill again.
    """
    APPLICATION_DATA.register(str(title), ApplicationData(title, clear, clear_older, reset, delete))


def register_hold(hold: Callable[[], AbstractContextManager[object]]) -> None:
    """A context in which nothing is counted, so that a removal cannot miss what is written at the same time."""
    _holds.append(hold)


def register_activity(newest: Callable[[str], int]) -> None:
    """`newest(application_id)`: unix seconds of the last sign of a user; 0 when there is none."""
    _activity.append(newest)


def titles() -> list[str]:
    return [str(data.title) for data in APPLICATION_DATA.all_entries()]


@contextmanager
def held() -> Iterator[None]:
    with ExitStack() as stack:
        for hold in _holds:
            stack.enter_context(hold())
        yield


def clear(application_id: str) -> None:
    _run([data.clear for data in APPLICATION_DATA.all_entries()], application_id)


def reset(application_id: str) -> None:
    clear(application_id)
    _run([data.reset for data in APPLICATION_DATA.all_entries()], application_id)


def delete(application_id: str) -> None:
    reset(application_id)
    _run([data.delete for data in APPLICATION_DATA.all_entries()], application_id)


def clear_older(application_id: str, horizon: Horizon) -> None:
    for data in reversed(APPLICATION_DATA.all_entries()):
        if data.clear_older is not None:
            data.clear_older(application_id, horizon)


def newest_activity(application_id: str) -> int:
    return max((newest(application_id) for newest in _activity), default=0)


def _run(removals: list[Remove | None], application_id: str) -> None:
    for remove in reversed(removals):
        if remove is not None:
            remove(application_id)
