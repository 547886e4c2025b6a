"""Settings of the panel, all driven by environment variables (the README has the table).

Any variable can be given as NAME_FILE instead, the path of a file that holds the value, as Docker
and Kubernetes hand out secrets.
"""

import re
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from controlpanel.lib.database_settings import database_named, database_settings
from controlpanel.lib.env import PanelEnv, SettingError
from controlpanel.lib.mail_settings import mail_server
from controlpanel.observability.logging_config import FORMATS, LEVELS, logging_config
from controlpanel.schedule import SCHEDULE
from controlpanel.ui.engines import template_engines

BASE_DIR = Path(__file__).resolve().parent.parent
env = PanelEnv()

DEBUG = env.switch("DEBUG")
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))


def _required(name: str, how: str, debug_default: str) -> str:
    """Read a secret; only with DEBUG on may it be left out."""
    value = env.text(name, debug_default if DEBUG else "")
    if not value:
        raise SettingError(f"{name} is not set. {how} (or use DEBUG=on for development only).")
    return value


SECRET_KEY = _required(
    "SECRET_KEY",
    "Set it to a long random text, for example from `openssl rand -base64 48`",
    debug_default="insecure-key-for-debug-only-" + "0" * 40,
)
_required(
    "ENCRYPTION_KEYS",
    "Set it to a Fernet key (32 random bytes, URL-safe base64), for example from "
    "`openssl rand -base64 32 | tr '+/' '-_'`; several are separated by commas, newest first",
    debug_default=(_debug_keys := "MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA="),
)
ENCRYPTION_KEYS = env.fernet_keys("ENCRYPTION_KEYS", _debug_keys)

# Where people find the panel. Under a path (https://example.com/console) every link, cookie and
# static file carries it; a proxy may pass it on or cut it off (see RequestMiddleware).
_public = env.web_address("PUBLIC_URL", "http://localhost:8000")
PUBLIC_URL = str(_public)
_is_https = _public.scheme == "https"
FORCE_SCRIPT_NAME = _public.path or None
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", [_public.host_header, "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [_public.origin]
# How many reverse proxies stand in front; each adds one address to X-Forwarded-For. The panel
# itself speaks no TLS, so with https:// there is one unless told otherwise.
TRUSTED_PROXY_COUNT = env.whole("TRUSTED_PROXY_COUNT", default=1 if _is_https else 0, most=16)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if _is_https and TRUSTED_PROXY_COUNT else None
)
SECURE_SSL_REDIRECT = _is_https
# Asked from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [rf"^({re.escape(_public.path[1:])}/)?(healthz|readyz|metrics)$"]
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

TEMPLATES = template_engines(
    BASE_DIR / "templates",
    [
        "controlpanel.teams.context_processors.teams",
        "vms.billing.context_processors.low_balance",
    ],
)
FORM_RENDERER = "controlpanel.ui.forms.FormRenderer"

DATABASES = {"default": database_settings(env, DATA_DIR / "panel.sqlite3")}
# By whom pages and workers connect, where migrations have a role of their own.
DATABASE_APP_URL = env.text("DATABASE_APP_URL")
if DATABASE_APP_URL:
    database_named(DATABASE_APP_URL, "DATABASE_APP_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Valkey or Redis: its first database is the cache, the next the queue, then the sessions' cache.
_valkey = env.server_address("REDIS_URL", "redis://127.0.0.1:6379")
REDIS_URL = str(_valkey)
CACHES = {
    "default": {"BACKEND": "controlpanel.lib.cache.ValkeyCache", "LOCATION": REDIS_URL},
    "sessions": {"BACKEND": "controlpanel.lib.cache.SessionCache", "LOCATION": _valkey.database(2)},
}
SESSION_CACHE_ALIAS = "sessions"
SESSION_ENGINE = "controlpanel.accounts.sessions"

CELERY_BROKER_URL = _valkey.database(1)
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
CELERY_BEAT_SCHEDULE = SCHEDULE

# Fluence
_fluence = env.web_address("FLUENCE_API_URL", "https://api.fluence.dev")
if not (_fluence.scheme == "https" or _fluence.is_loopback or env.switch("FLUENCE_WITHOUT_TLS")):
    raise SettingError(
        "FLUENCE_API_URL must begin with https://: without TLS everybody on the way could read "
        "the API keys. FLUENCE_WITHOUT_TLS=on allows it, for a network that is yours alone."
    )
FLUENCE_API_URL = str(_fluence)
FLUENCE_CONNECT_TIMEOUT = env.seconds("FLUENCE_CONNECT_TIMEOUT", default=3.05)
FLUENCE_READ_TIMEOUT = env.seconds("FLUENCE_READ_TIMEOUT", default=10.0)
# How many calls one API key may have under way at once, over all processes of the panel.
FLUENCE_CALLS_PER_KEY = env.whole("FLUENCE_CALLS_PER_KEY", default=8, least=1)
# How long what Fluence does not show is looked for before a person is asked, in seconds.
SETTLE_GRACE_SECONDS = env.seconds("SETTLE_GRACE_SECONDS", default=90.0)

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
TEAM_HOME = "vms:dashboard"
# Who may sign up: the address of an open invitation, by its token.
INVITED_EMAIL = "controlpanel.teams.services.invitation.invited_email"
ACCOUNT_ADAPTER = "controlpanel.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "controlpanel.accounts.forms.LoginForm",
    "reset_password": "controlpanel.accounts.forms.ResetPasswordForm",
    "signup": "controlpanel.accounts.forms.SignupForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "none"
# Of changes of a password or a second factor.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Fluence team console"
MFA_ADAPTER = "controlpanel.accounts.adapter.MFAAdapter"
USERSESSIONS_TRACK_ACTIVITY = False

# Mail, for invitations and password resets: smtp+tls://user:password@host:587
_mail = mail_server(env)
vars().update(_mail)
# Whether mails reach anybody: without a mail server they are printed.
MAILS_ARE_SENT = bool(_mail["MAILS_ARE_SENT"])
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", f"Fluence console <noreply@{_public.mail_domain}>"
)
if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise SettingError("DEFAULT_FROM_EMAIL must be like Fluence console <console@example.com>.")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Language and time: stored in UTC, shown in each person's own zone.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "controlpanel" / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = f"{_public.path}/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
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
LOG_FORMAT = env.one_of("LOG_FORMAT", FORMATS)
_log_level = env.one_of("LOG_LEVEL", LEVELS)
# The header in which a trusted proxy names each request; empty: the panel makes its own id.
REQUEST_ID_HEADER = env.text("REQUEST_ID_HEADER")
# Whoever knows it may read /metrics; empty: there is no such page.
METRICS_TOKEN = env.text("METRICS_TOKEN")
# Where a worker serves its own figures, as host:port; None: it does not.
METRICS_BIND = env.bind_address("METRICS_BIND")
LOGGING = logging_config(level=_log_level, log_format=LOG_FORMAT)
