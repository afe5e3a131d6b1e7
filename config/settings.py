"""One settings file. What differs between places comes from the environment; nothing here starts a server."""

import os
import secrets
from pathlib import Path

import pghistory
import pgtrigger
from django.utils.translation import gettext_lazy as _

from config import database
from config.unfold import UNFOLD  # noqa: F401  # how the site looks

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


def env_bool(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, str(default))
    if value not in {"True", "False"}:
        raise ValueError(f"{name} must be True or False, not {value!r}")
    return value == "True"


def env_secret(name: str, *, length: int = 50) -> str:
    """From the environment, else made once and kept readable by this user alone."""
    if name in os.environ:
        return os.environ[name]
    kept = VAR_DIR / "secrets" / name.lower()
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text()
    value = secrets.token_urlsafe(length)
    os.write(descriptor, value.encode())
    os.close(descriptor)
    return value


SECRET_KEY = env_secret("SECRET_KEY")
IDENTITY_KEY = env_secret("IDENTITY_KEY")  # encrypts hospital numbers; losing it loses them
LINKAGE_KEY = env_secret("LINKAGE_KEY")  # keyed hashes by which a patient is recognized across centers
DEBUG = env_bool("DEBUG", default=False)
GUIDED_FIRST_HOUR = env_bool("GUIDED_FIRST_HOUR", default=False)  # the demo turns it on: config.home.first_hour
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]

DATABASE_ROLES = database.settings_of_each_role()
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **DATABASE_ROLES["app"],  # the site always speaks as app; only registry.access.roles.connected_as changes that
        "ATOMIC_REQUESTS": True,  # a savepoint in the scope's transaction: a 404 or a refused form after a write undoes the write
        "CONN_MAX_AGE": 0,  # the pool holds the connections
        "CONN_HEALTH_CHECKS": True,  # and gives out none that a restarted server has dropped
        "OPTIONS": {"pool": {"min_size": 0, "max_size": 16, "timeout": 20}},
        "TEST": {"NAME": os.environ.get("CALIPER_TEST_DATABASE", "test_caliper")},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "registry",  # first: its migrate, flush and createcachetable run as the owner
    "importers",
    "analytics",
    "config",
    "demo",
    "unfold.apps.BasicAppConfig",
    "config.site.SiteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "rest_framework",
    "knox",
]
MIDDLEWARE = [
    "registry.web.health.HealthMiddleware",  # first: it answers where nothing else can
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages repeat themselves; the random bytes it adds hide the lengths of secrets
    "registry.web.sessions.IdleSessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "registry.web.answers.PrivateAnswersMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "registry.web.accounts.SessionLimitMiddleware",
    "registry.web.api.TokenMiddleware",  # a script's user is known before the scope opens
    "registry.access.scope.ScopeMiddleware",  # last: all it wraps runs in one transaction with one scope
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "registry.accounts.access.EndsTokens"},
]
ACCOUNT_ADAPTER = "registry.web.accounts.InvitedAccounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to whoever's address somebody types
ALLAUTH_TRUSTED_PROXY_COUNT = int(
    os.environ.get("TRUSTED_PROXIES", "0")
)  # else all who come through one share its address
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")  # empty: this site sends no mail, and links are handed over
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", default=False)
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=not EMAIL_USE_SSL)
EMAIL_TIMEOUT = 10  # seconds; somebody waits for the page
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", EMAIL_HOST_USER)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = (
    30 * 60
)  # idle minutes, as registry.web.sessions counts them; the absolute limit is registry.web.accounts.LONGEST_SESSION
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env_bool("HTTPS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SESSION_COOKIE_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False  # others may live below a hospital's name
X_FRAME_OPTIONS = "DENY"
FILE_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024  # no file that may be uploaded ever lies on a disk unencrypted
ATTACHMENT_MEGABYTES = min(int(os.environ.get("ATTACHMENT_MEGABYTES", "10")), 30)  # more would be put on the disk
ATTACHMENTS_PER_RECORD = int(os.environ.get("ATTACHMENTS_PER_RECORD", "20"))
# Who sees single patients of a study (roles as in registry.choices), and in how large classes others read its counts
PATIENT_LEVEL_ROLES = [role for role in os.environ.get("PATIENT_LEVEL_ROLES", "ST,PI").split(",") if role]
SMALLEST_CELL = max(int(os.environ.get("SMALLEST_CELL", "8")), 4)
SNAPSHOT_DAYS = int(os.environ.get("SNAPSHOT_DAYS", "365"))  # how long runs keep what they read; 0: for ever
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a form with 30 sessions has 453 inputs
CACHES = {
    # Shared by all processes, for it counts sign-ins that failed.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"},
    # Figures of finished results, which never change: apart, so that however many there are, no such count makes way for them.
    "results": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "results",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

PGTRIGGER_MIGRATIONS = False  # registry.access.triggers puts them on after each migration: a new field is a short one
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_APPEND_ONLY = True
PGHISTORY_BASE_MODEL = "registry.models.base.audit.Event"
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = False  # on each migrate it would lose what registry.access.policies hardens
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True)
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": 4,  # places of a worker, each a thread: Note [Fair turns] in registry.jobs.queue
    "update_heartbeat_interval": 3,
    "stalled_worker_timeout": 10,
    "shutdown_graceful_timeout": 20,
    "delete_jobs": "never",
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "registry.web.authentication.ByToken"
    ],  # never by a session: no page of another site can send a token
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"read": "600/min", "write": "60/min"},
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "registry.web.api.answer_to",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Caliper",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]  # dates are YYYY-MM-DD in both languages
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "without_values": {
            "()": "registry.web.logs.WithoutValues",
            "format": "{levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "without_values"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a refused or unknown address is no event of ours
    },
}
