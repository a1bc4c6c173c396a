"""Settings, read from the environment only. README.md lists them all."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from whitenoise.compress import Compressor

from apps.plugin_api.loader import select as select_plugins
from countly_site import without_gdal
from countly_site.environment import (
    NOT_RUNNING_MONGODB,
    NOT_RUNNING_REDIS,
    embedded_endpoints,
    offered_languages,
    secret_key,
)

without_gdal.skip_search()
env = environ.Env()  # type: ignore[no-untyped-call]  # has no types

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or secret_key(DATA_DIR)

HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
WEB_WORKERS = env.int("WEB_WORKERS", default=1)  # processes of the web server
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_COOKIES = env.bool("SECURE_COOKIES", default=False)

# Stores ---------------------------------------------------------------------------------------------------------
_embedded = embedded_endpoints(DATA_DIR)
MONGODB_URI = env.str("MONGODB_URI", default="") or _embedded.get("mongodb_uri", NOT_RUNNING_MONGODB)
REDIS_URL = env.str("REDIS_URL", default="") or _embedded.get("redis_url", NOT_RUNNING_REDIS)
MONGODB_DATABASE = env.str("MONGODB_DATABASE", default="countly")
MONGODB_DATABASE_OUT = env.str("MONGODB_DATABASE_OUT", default="countly_out")
MONGODB_DATABASE_FS = env.str("MONGODB_DATABASE_FS", default="countly_fs")

DATABASES = {
    "default": {
        "ENGINE": "django_mongodb_backend",
        "HOST": MONGODB_URI,
        "NAME": MONGODB_DATABASE,
        # An acknowledged write survives a crash of the server: majority, and in the journal.
        "OPTIONS": {
            "w": "majority",
            "journal": True,
            "retryWrites": True,
            **({} if "serverselectiontimeoutms=" in MONGODB_URI.lower() else {"serverSelectionTimeoutMS": 10_000}),
        },
    }
}
DEFAULT_AUTO_FIELD = "django_mongodb_backend.fields.ObjectIdAutoField"
MIGRATION_MODULES = {
    "admin": "countly_site.mongo_migrations.admin",
    "auth": "countly_site.mongo_migrations.auth",
    "contenttypes": "countly_site.mongo_migrations.contenttypes",
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "tally:live"},
    }
}

# The road in ----------------------------------------------------------------------------------------------------
INGEST_SHARDS = env.int("INGEST_SHARDS", default=1)
if not 1 <= INGEST_SHARDS <= 64:
    raise ImproperlyConfigured(f"INGEST_SHARDS must be from 1 to 64, not {INGEST_SHARDS}")
INGEST_MAX_WAITING = env.int("INGEST_MAX_WAITING", default=200_000)  # requests per shard; above it: 503
INGEST_MAX_WAITING_BYTES = env.int("INGEST_MAX_WAITING_BYTES", default=512 * 1024 * 1024)
INGEST_MAX_BODY_BYTES = env.int("INGEST_MAX_BODY_BYTES", default=20 * 1024 * 1024)
FLUSH_MAX_REQUESTS = env.int("FLUSH_MAX_REQUESTS", default=2_000)  # requests in one transaction
FLUSH_MAX_BYTES = env.int("FLUSH_MAX_BYTES", default=8 * 1024 * 1024)
READ_CACHE_BYTES = env.int("READ_CACHE_BYTES", default=64 * 1024 * 1024)  # of merged counters, per process; 0: none
# IP address to country (fetched at set-up) and to city (fetched by `make cities`); a missing file means no lookup.
GEOIP_COUNTRY_DB = env.str("GEOIP_COUNTRY_DB", default=str(BASE_DIR / "vendor" / "geoip" / "country.mmdb"))
GEOIP_CITY_DBS = env.list(  # asked in this order
    "GEOIP_CITY_DBS",
    default=[str(BASE_DIR / "vendor" / "geoip" / f"city-{version}.mmdb") for version in ("ipv4", "ipv6")],
)
#: Internal networks that redirects and the like may reach all the same, as "10.1.0.0/16".
OUTGOING_ALLOWED_NETWORKS = env.list("OUTGOING_ALLOWED_NETWORKS", default=[])
#: Where push providers are, for tests: apns=https://...,fcm=http://...,ca=FILE (plugins/push/gateways/connections.py).
PUSH_GATEWAYS = env.dict("PUSH_GATEWAYS", default={})
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BEAT_SCHEDULE = {
    # Drains what an unlucky crash left waiting without a message.
    "pipeline-sweep": {"task": "apps.pipeline.tasks.task_sweep", "schedule": 3.0, "options": {"expires": 3.0}},
    # Runs long tasks whose message was lost, and says of which the worker died.
    "long-tasks": {"task": "apps.tasks.tasks.task_run_waiting", "schedule": 15.0, "options": {"expires": 15.0}},
    "jobs": {"task": "apps.system.tasks.task_run_jobs", "schedule": 10.0, "options": {"expires": 10.0}},
}

# Mails. Without a server they are mentioned in the log and go nowhere.
EMAIL_URL = env.str("EMAIL_URL", default="")  # smtp+tls://user:password@mail.example.com:587
_mail_server = env.email_url("EMAIL_URL", backend="django.core.mail.backends.smtp.EmailBackend") if EMAIL_URL else {}
EMAIL_BACKEND = _mail_server.get("EMAIL_BACKEND", "apps.core.mail.LogBackend")
EMAIL_HOST = _mail_server.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail_server.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail_server.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail_server.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail_server.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail_server.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 15  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_FROM", default="Tally <tally@localhost>")

# Django -----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "countly_site.apps.MongoAdminConfig",
    "countly_site.apps.MongoAuthConfig",
    "countly_site.apps.MongoContentTypesConfig",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "channels",
    "rest_framework",
    "drf_spectacular",  # its command writes the description of the API into a file
    "drf_spectacular_sidecar",  # static files only
    "apps.core",
    "apps.plugin_api",
    "apps.accounts",
    "apps.applications",
    "apps.aggregation",
    "apps.pipeline",
    "apps.ingest",
    "apps.analytics",
    "apps.events",
    "apps.notes",
    "apps.presets",
    "apps.profiles",
    "apps.live",
    "apps.tasks",
    "apps.exports",
    "apps.system",
    "apps.switchboard",
    "apps.shell",
    "apps.dashboard",
    "apps.openapi",
]

# Plugins ----------------------------------------------------------------------------------------------------------
#: Those that come with the server, a line each. Delete the line and the folder, and the plugin is gone.
PLUGINS = [
    "plugins.mobile",
    "plugins.web",
    "plugins.desktop",
    "plugins.density",
    "plugins.locale",
    "plugins.browser",
    "plugins.sources",
    "plugins.slipping_away_users",
    "plugins.times_of_day",
    "plugins.views",
    "plugins.compare",
    "plugins.crashes",
    "plugins.consolidate",
    "plugins.two_factor_auth",
    "plugins.star_rating",  # behind web, which tells the platform of a rating
    "plugins.reports",
    "plugins.dbviewer",
    "plugins.errorlogs",
    "plugins.logger",
    "plugins.push",
    "plugins.server_stats",
    "plugins.systemlogs",
    "plugins.dashboards",
    "plugins.populator",
]
_selection = select_plugins(
    [*PLUGINS, *env.list("TALLY_PLUGINS", default=[])],  # further ones: installed Python packages
    strict=env.bool("TALLY_PLUGINS_STRICT", default=False),  # refuse to start without one that is broken
)
INSTALLED_APPS += _selection.apps

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.accounts.rate_limit.limit_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "apps.accounts.csrf.FormTokens",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.shell.languages.PageLanguage",
    "apps.accounts.sessions.end_the_inactive",
    "apps.accounts.forced_steps.require_new_password",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.accounts.response_headers.add_chosen_headers",  # after it, so that what is chosen wins
    "apps.shell.middleware.content_security_policy",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "countly_site.urls"
ASGI_APPLICATION = "countly_site.asgi.application"
APPEND_SLASH = False  # "/i/" and "/i" are different addresses in the protocol
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.shell.navigation.navigation",
            ]
        },
    }
]

AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.MemberBackend"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "apps.accounts.passwords.PolicyValidator"}]
PASSWORD_SECRET = env.str("PASSWORD_SECRET", default="")  # `passwordSecret` of an adopted Countly installation
FIRST_ADMIN = env.str("FIRST_ADMIN", default="")  # "web": the first account is made on the page /setup
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/dashboard"
LOGOUT_REDIRECT_URL = "/login"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SECURE_COOKIES
if SECURE_COOKIES:  # browsers take such names from this very host only, not from a neighbour of the same domain
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_FAILURE_VIEW = "apps.accounts.views.csrf_failure"
# The proxy in front ends HTTPS and redirects; SDKs that still send plain HTTP must not be lost by a redirect of ours.
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_COOKIES else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # the middleware is there, as apps.accounts.csrf.FormTokens
    "security.W005",  # other servers below this domain are none of our business
    "security.W008",  # as above: the proxy redirects
    "security.W021",  # the list of browsers is for owners of the whole domain
]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = INGEST_MAX_BODY_BYTES

REST_FRAMEWORK: dict[str, object] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {
    "DEFAULT_GENERATOR_CLASS": "apps.openapi.generator.Generator",
    "OAS_VERSION": "3.1.0",
    "TITLE": "Tally",
    "VERSION": "25.03",  # of the protocol
}

LANGUAGE_CODE = "en"
#: What is offered. Texts of a language without a catalog stay English; its dates and numbers do not.
LANGUAGES = offered_languages(env.list("LANGUAGES", default=["en", "de"]))
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")  # large, and read by nobody
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "apps.system.static_files.StaticFiles"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "apps.core.log_lines.Formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"apps": {"level": env.str("LOG_LEVEL", default="INFO")}},
}
