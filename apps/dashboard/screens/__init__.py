"""The screens that every installation has."""

from apps.dashboard.screens.account import ACCOUNT
from apps.dashboard.screens.application import APPLICATION
from apps.dashboard.screens.applications import APPLICATIONS
from apps.dashboard.screens.connect import CONNECT
from apps.dashboard.screens.events import EVENT, EVENTS
from apps.dashboard.screens.geo import CITIES, COUNTRIES
from apps.dashboard.screens.home import HOME
from apps.dashboard.screens.live import LIVE
from apps.dashboard.screens.loyalty import LOYALTY
from apps.dashboard.screens.members import MEMBER, MEMBERS, NEW_MEMBER
from apps.dashboard.screens.sessions import DURATIONS, FREQUENCY, SESSIONS
from apps.dashboard.screens.technology import TECHNOLOGY
from apps.dashboard.screens.tokens import TOKENS
from apps.dashboard.screens.users import USERS
from apps.shell.screens import Screen

SCREENS: list[Screen] = [
    HOME,
    LIVE,
    USERS,
    LOYALTY,
    SESSIONS,
    DURATIONS,
    FREQUENCY,
    *TECHNOLOGY,
    COUNTRIES,
    CITIES,
    EVENTS,
    EVENT,
    CONNECT,
    ACCOUNT,
    TOKENS,
    MEMBERS,
    NEW_MEMBER,
    MEMBER,
    APPLICATIONS,
    APPLICATION,
]
