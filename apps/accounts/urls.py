from django.urls import path, re_path
from django.views.i18n import set_language

from apps.accounts import (
    endpoints,
    own_settings_views,
    password_views,
    picture_views,
    plain_views,
    setup_views,
    token_endpoints,
    views,
)
from apps.accounts.actions import ActionsView

urlpatterns = [
    path("login", views.login, name="login"),
    path("language", set_language, name="set_language"),
    path("login/token/<str:token>", views.login_by_token),
    path("logout", views.logout, name="logout"),
    path("setup", setup_views.setup, name="setup"),
    path("forgot", password_views.forgot, name="forgot"),
    path("reset", password_views.reset, name="reset"),
    path("reset/<str:prid>", password_views.reset_form),
    path("account/password", password_views.change, name="change_password"),
    path("ping", plain_views.ping),
    path("robots.txt", plain_views.robots),
    path("session", plain_views.session),
    path("api-key", plain_views.api_key),
    path("mobile/login", plain_views.mobile_login),
    path("dashboard/settings", own_settings_views.change_application_order),
    path("user/settings", own_settings_views.change),
    path("user/settings/lang", own_settings_views.change_language),
    path("user/settings/active-app", own_settings_views.change_active_application),
    path("user/settings/column-order", own_settings_views.change_column_order),
    path("users/check/email", own_settings_views.check_email),
    path("users/check/username", own_settings_views.check_username),
    path("apps/icon", picture_views.upload_for_application),
    path("member/icon", picture_views.upload_for_member),
    path("appimages/<path:name>", picture_views.show_application),
    path("memberimages/<path:name>", picture_views.show_member),
    re_path(
        r"^i/users(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.WRITES, invalid_path=endpoints.INVALID_WRITE),
    ),
    re_path(
        r"^o/users(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=endpoints.READS, invalid_path=endpoints.INVALID_READ),
    ),
    re_path(
        r"^i/token(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=token_endpoints.WRITES, invalid_path=token_endpoints.INVALID_WRITE),
    ),
    re_path(
        r"^o/token(?:/(?P<rest>.*))?$",
        ActionsView.as_view(actions=token_endpoints.READS, invalid_path=token_endpoints.INVALID_READ),
    ),
]
