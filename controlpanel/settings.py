"""Settings of the panel, all driven by environment variables (the README has the table).

Any variable can be given as NAME_FILE instead, the path of a file that holds the value, as Docker
and Kubernetes hand out secrets.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from controlpanel.lib.database_settings import database_settings
from controlpanel.lib.env import PanelEnv
from controlpanel.observability.logging_config import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = PanelEnv()

DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))


def _required(name: str, how: str, debug_default: str) -> str:
    """Read a secret; only with DEBUG on may it be left out."""
    value: str = env.str(name, default="")
    if value or DEBUG:
        return value or debug_default
    raise ImproperlyConfigured(f"{name} is not set. {how} (or use DEBUG=on for development only).")


SECRET_KEY = _required(
    "SECRET_KEY",
    "Set it to a long random text, for example from `openssl rand -base64 48`",
    debug_default="insecure-key-for-debug-only-" + "0" * 40,
)
ENCRYPTION_KEYS = [
    key.strip()
    for key in _required(
        "ENCRYPTION_KEYS",
        "Set it to a Fernet key (32 random bytes, URL-safe base64), for example from "
        "`openssl rand -base64 32 | tr '+/' '-_'`; several are separated by commas, newest first",
        debug_default="MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=",
    ).split(",")
    if key.strip()
]

# Where people find the panel. Under a path (https://example.com/console) every link, cookie and
# static file carries it; a proxy may pass it on or cut it off (see RequestMiddleware).
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
_is_https = _public.scheme == "https"
FORCE_SCRIPT_NAME = _public.path or None
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[_public.hostname or "localhost", "localhost", "127.0.0.1"]
)
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
# How many reverse proxies stand in front; each adds one address to X-Forwarded-For. The panel
# itself speaks no TLS, so with https:// there is one unless told otherwise.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if _is_https else 0)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if _is_https and TRUSTED_PROXY_COUNT else None
)
SECURE_SSL_REDIRECT = _is_https
# Asked from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [rf"^({_public.path[1:]}/)?(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if _is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _is_https
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = _public.path or "/"
# Names of our own, for what else runs on this host sets cookies, too; under TLS browsers let
# nobody else set these.
_cookie_prefix = ("__Secure-" if _public.path else "__Host-") if _is_https else ""
SESSION_COOKIE_NAME = f"{_cookie_prefix}fluence_session"
CSRF_COOKIE_NAME = f"{_cookie_prefix}fluence_csrf"
LANGUAGE_COOKIE_NAME = "fluence_language"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# What a form may hold; the front bounds its size before.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_HANDLERS = ["controlpanel.lib.uploads.NoFiles"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "lucide",
    "controlpanel.ui",
    "controlpanel.accounts",
    "controlpanel.audit",
    "controlpanel.teams",
    "controlpanel.live",
    "controlpanel.simulator",
    "controlpanel.embedded",
    "controlpanel.maintenance",
    "vms",
]

MIDDLEWARE = [
    "controlpanel.observability.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "controlpanel.accounts.privacy.PrivacyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "controlpanel.accounts.measure.RefusalsMiddleware",
    "controlpanel.accounts.middleware.TimeZoneMiddleware",
    "controlpanel.accounts.middleware.HtmxLoginMiddleware",
]

ROOT_URLCONF = "controlpanel.urls"
WSGI_APPLICATION = "controlpanel.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "controlpanel.ui.templatetags.console"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "controlpanel.teams.context_processors.teams",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database_settings(env, f"sqlite:///{DATA_DIR}/panel.sqlite3")}
# By whom the pages, the stream and the workers connect, where migrations have a role of their own.
DATABASE_APP_URL = env.str("DATABASE_APP_URL", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Valkey or Redis: database 0 is the cache, 1 the queue, 2 the sessions' own cache.
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379").rstrip("/")
CACHES = {
    "default": {"BACKEND": "controlpanel.lib.cache.ValkeyCache", "LOCATION": f"{REDIS_URL}/0"},
    "sessions": {"BACKEND": "controlpanel.lib.cache.SessionCache", "LOCATION": f"{REDIS_URL}/2"},
}
SESSION_CACHE_ALIAS = "sessions"
SESSION_ENGINE = "controlpanel.accounts.sessions"

CELERY_BROKER_URL = f"{REDIS_URL}/1"
CELERY_BROKER_TRANSPORT = "controlpanel.lib.broker:Transport"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Whoever hands work to the queue does not wait for one that is away: the next beat finds the work.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "socket_connect_timeout": 2,
}
CELERY_TASK_IGNORE_RESULT = True
# Acknowledged at once: the database knows what a dead worker left.
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# In memory: everything is due within seconds, and a file would be one more thing to lose.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    # `expires`: after an outage one run is wanted, not one for every tick that was missed.
    "heartbeat": {
        "task": "controlpanel.maintenance.tasks.heartbeat",
        "schedule": 10.0,
        "options": {"expires": 30},
    },
    "poll": {"task": "vms.tasks.poll_due", "schedule": 1.0, "options": {"expires": 3}},
    "resume": {"task": "vms.tasks.operations_resume", "schedule": 2.0, "options": {"expires": 6}},
    "reconcile": {"task": "vms.tasks.reconcile_due", "schedule": 15.0, "options": {"expires": 30}},
    "newest": {"task": "vms.tasks.newest_due", "schedule": 5.0, "options": {"expires": 10}},
    "catalogue": {"task": "vms.tasks.catalogue_due", "schedule": 30.0, "options": {"expires": 60}},
}

# Fluence
FLUENCE_API_URL = env.str("FLUENCE_API_URL", default="https://api.fluence.dev").rstrip("/")
FLUENCE_CONNECT_TIMEOUT = env.float("FLUENCE_CONNECT_TIMEOUT", default=3.05)
FLUENCE_READ_TIMEOUT = env.float("FLUENCE_READ_TIMEOUT", default=10.0)
# How many calls one API key may have under way at once, over all processes of the panel.
FLUENCE_CALLS_PER_KEY = env.int("FLUENCE_CALLS_PER_KEY", default=8)
# How long a VM may be missing from Fluence's lists before its absence proves anything, seconds.
SETTLE_GRACE_SECONDS = env.float("SETTLE_GRACE_SECONDS", default=90.0)

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
# Where the members of a team land.
TEAM_HOME = "vms:list"
# Who may sign up: the address of an open invitation, by its token.
INVITED_EMAIL = "controlpanel.teams.services.invitation.invited_email"
ACCOUNT_ADAPTER = "controlpanel.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"signup": "controlpanel.accounts.forms.SignupForm"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Fluence team console"
MFA_ADAPTER = "controlpanel.accounts.adapter.MFAAdapter"
USERSESSIONS_TRACK_ACTIVITY = False

# Mail, for invitations and password resets: smtp+tls://user:password@host:587
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default=f"Fluence console <noreply@{_public.hostname}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Language and time: stored in UTC, shown in each person's own zone.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "controlpanel" / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = f"{_public.path}/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# With a folder to collect them in (the Docker image) they are compressed and carry their hash in
# their name; else they are served as they are from the apps' folders.
_is_collected = STATIC_ROOT.is_dir() and not DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "controlpanel.lib.static_files.BundledStaticFiles"
        if _is_collected
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # data: for the QR code that allauth draws when 2FA is set up
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Logs and metrics
LOG_FORMAT = env.str("LOG_FORMAT", default="plain")
_log_level = env.str("LOG_LEVEL", default="INFO").upper()
# The header in which a trusted proxy names each request; empty: the panel makes its own id.
REQUEST_ID_HEADER = env.str("REQUEST_ID_HEADER", default="")
# Whoever knows it may read /metrics; empty: there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# Where a worker serves its own figures, as host:port; empty: it does not.
METRICS_BIND = env.str("METRICS_BIND", default="")
LOGGING = logging_config(level=_log_level, log_format=LOG_FORMAT)
