"""Settings; the only reader of the environment (docs/settings.md names every variable)."""

import sys
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from syncadmin.environment import Environment, postgres_options, sender
from syncadmin.logs import level_for

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment(
    SECRET_KEY=(str, ""),
    DEBUG=(bool, False),
    ALLOWED_HOSTS=(list, ["localhost", "127.0.0.1"]),
    CSRF_TRUSTED_ORIGINS=(list, []),
    DATABASE_URL=(str, "sqlite:///db.sqlite3"),
    TIME_ZONE=(str, "Asia/Seoul"),
    LANGUAGE_CODE=(str, "ko"),
    CONFLUENCE_URL=(str, ""),
    CONFLUENCE_EMAIL=(str, ""),
    CONFLUENCE_API_TOKEN=(str, ""),
    CONFLUENCE_API_TOKEN_EXPIRES=(str, ""),
    CONFLUENCE_DEPLOYMENT=(str, "cloud"),
    CONFLUENCE_SPACE_KEY=(str, ""),
    CONFLUENCE_TODO_PAGE_ID=(str, ""),
    CONFLUENCE_PLAY_DB_PAGE_ID=(str, ""),
    CONFLUENCE_ACTION_LOG_PAGE_ID=(str, ""),
    CONFLUENCE_TIMEOUT=(float, 10.0),
    SYNC_SCHEDULE=(str, "0 18 * * 5"),
    SYNC_RETRY_COUNT=(int, 3),
    SYNC_RETRY_DELAY=(float, 2.0),
    EVENTS_TOKENS=(list, []),
    EVENTS_SIGNING_SECRETS=(list, []),
    MCP_WRITES=(bool, False),
    Q_BROKER_URL=(str, ""),
    PUBLIC_URL=(str, ""),
    GUIDE_URL=(str, ""),
    ALERT_EMAILS=(list, []),
    ALERT_WEBHOOKS=(list, []),
    ALERT_WEBHOOK_SECRET=(str, ""),
    ALERT_PING_URL=(str, ""),
    EMAIL_URL=(str, "consolemail://"),
    OIDC_ISSUER=(str, ""),
    OIDC_CLIENT_ID=(str, ""),
    OIDC_CLIENT_SECRET=(str, ""),
    OIDC_GROUPS_CLAIM=(str, "groups"),
    OIDC_GROUP_MAP=(list, []),
    RETENTION_DAYS=(int, 400),
    SESSION_HOURS=(int, 168),
    LOG_FORMAT=(str, "text"),
)
ENV_ENCODING = "utf-8-sig"  # some editors put a byte order mark before it
ENV_FILE = BASE_DIR / ".env"
env.read_env(ENV_FILE, encoding=ENV_ENCODING)

DEBUG = env("DEBUG")
# Only DEBUG may run on a key that dies with the process; `check` refuses an empty one elsewhere.
SECRET_KEY = env("SECRET_KEY") or (get_random_secret_key() if DEBUG else "")
TIME_ZONE = env.zone("TIME_ZONE")
ALLOWED_HOSTS = env("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env("CSRF_TRUSTED_ORIGINS")

# --- Confluence -----------------------------------------------------------------------------

CONFLUENCE_URL = env("CONFLUENCE_URL")
CONFLUENCE_EMAIL = env("CONFLUENCE_EMAIL")
CONFLUENCE_API_TOKEN = env("CONFLUENCE_API_TOKEN")
CONFLUENCE_API_TOKEN_EXPIRES = env.day("CONFLUENCE_API_TOKEN_EXPIRES")
CONFLUENCE_DEPLOYMENT = env("CONFLUENCE_DEPLOYMENT")
CONFLUENCE_SPACE_KEY = env("CONFLUENCE_SPACE_KEY")
CONFLUENCE_TODO_PAGE_ID = env("CONFLUENCE_TODO_PAGE_ID")
CONFLUENCE_PLAY_DB_PAGE_ID = env("CONFLUENCE_PLAY_DB_PAGE_ID")
CONFLUENCE_ACTION_LOG_PAGE_ID = env("CONFLUENCE_ACTION_LOG_PAGE_ID")
CONFLUENCE_TIMEOUT = env("CONFLUENCE_TIMEOUT")

# --- Events in ------------------------------------------------------------------------------

EVENTS_TOKENS = env("EVENTS_TOKENS")
EVENTS_SIGNING_SECRETS = env("EVENTS_SIGNING_SECRETS")
MCP_WRITES = env("MCP_WRITES")
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024  # the API's own limit (5 MiB) answers first

# --- Sync: the numbers of the retry policy and the clocks ------------------------------------

SYNC_SCHEDULE = env("SYNC_SCHEDULE")
SYNC_RETRY_COUNT = env("SYNC_RETRY_COUNT")
SYNC_RETRY_DELAY = env("SYNC_RETRY_DELAY")
SYNC_FIRST_WAIT_SECONDS = 60
SYNC_LONGEST_WAIT_SECONDS = 3600
SYNC_GIVE_UP_SECONDS = 24 * 3600
SYNC_FIRST_PAUSE_SECONDS = 15 * SYNC_RETRY_DELAY  # of the whole site, where it does not say
SYNC_LONGEST_PAUSE_SECONDS = 10 * SYNC_FIRST_PAUSE_SECONDS
SYNC_CONFLICT_LIMIT = 5  # saves of other people that one claim reads again for
SYNC_LOG_ROWS = 2_000  # of the Action Log on one page, then it goes on on a new one
SYNC_LOG_CHARACTERS = 2_000_000  # Confluence takes 5 MiB, people far less
SYNC_LOG_GAP_SECONDS = 3_600  # after so long the log is looked at before an id is written
SYNC_PROBE_SECONDS = 60  # between looks whether rejected credentials work again

# Clocks must grow: a write must end before django-q2 stops its worker, and that before another
# worker may take the page, and that before django-q2 hands the task out again.
# `plays.checks` refuses settings that break the order.
SYNC_WRITE_SECONDS = 60  # no new try begins later than this in one claim
# Of an action log's page: the page before it sealed (read, write), the page read (and two of its
# versions where it reads empty), written, and a look at the credentials when a call failed.
SYNC_CALLS_PER_TRY = 7
SYNC_LONGEST_WRITE_SECONDS = SYNC_WRITE_SECONDS + SYNC_CALLS_PER_TRY * CONFLUENCE_TIMEOUT
SYNC_TASK_SECONDS = int(SYNC_LONGEST_WRITE_SECONDS) + 30
SYNC_LEASE_SECONDS = SYNC_TASK_SECONDS + 30
RETENTION_DAYS = env("RETENTION_DAYS")  # of tries, payloads and findings of what is settled

WORKER_BELL_SECONDS = 5  # how often a worker rings for what is due
WORKER_REST_SECONDS = 30  # how often it asks the database whether anything is, when nothing was
WAKEUP_SECONDS = 60  # after which a wake-up that nobody answered is sent again
WORKER_STALL_SECONDS = 30  # a cluster that finishes no task, a sweep being always on its way
WORKER_BUSY_STALL_SECONDS = int(SYNC_LONGEST_WRITE_SECONDS) + 30  # while all of it writes

DATABASE_SILENCE_SECONDS = 30  # then a connection to PostgreSQL is given up

WORKER_ALIVE_SECONDS = 60  # who has not been heard of for this long is not at work

Q_WORKERS = 2
Q_CLUSTER = {
    "name": "syncadmin",
    "workers": Q_WORKERS,
    "timeout": SYNC_TASK_SECONDS,
    # Its lock runs from when a task is fetched, so waiting behind others counts too.
    "retry": 3 * SYNC_TASK_SECONDS + SYNC_LEASE_SECONDS,
    "queue_limit": Q_WORKERS,
    "bulk": 1,
    "ack_failures": True,
    "max_attempts": 1,
    "catch_up": False,
    "save_limit": -1,  # successes are not kept: our own attempts are the record
    "recycle": 500,
    "poll": 0.5,
    "time_zone": TIME_ZONE,
    "label": "Django Q",
}
if env("Q_BROKER_URL"):
    Q_CLUSTER["redis"] = env("Q_BROKER_URL")
else:
    Q_CLUSTER |= {"orm": "default", "broker_class": "plays.worker.queue.Broker"}

# --- Alerts: who is told when something needs a person ----------------------------------------

PUBLIC_URL = env("PUBLIC_URL").rstrip("/")
GUIDE_URL = env("GUIDE_URL")  # linked at the foot of each page
ALERT_EMAILS = env("ALERT_EMAILS")
ALERT_WEBHOOKS = env("ALERT_WEBHOOKS")
ALERT_WEBHOOK_SECRET = env("ALERT_WEBHOOK_SECRET")
ALERT_PING_URL = env("ALERT_PING_URL")
ALERT_LOOK_SECONDS = 10
ALERT_GATHER_SECONDS = 60  # so that one message tells of all that one cause has brought about
vars().update(env.mail("EMAIL_URL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = sender(vars().get("EMAIL_HOST_USER"), PUBLIC_URL)

# --- The team's targets: what the KPI digest measures against ---------------------------------

TEAM_WEEKLY_TARGETS = {  # at least, at most (None: the more the better)
    "activity": (20, None),
    "signal": (30, None),
    "brief": (6, None),
    "s2": (2, 4),
}
TEAM_SIGNAL_TO_BRIEF_DAYS = 7
TEAM_BRIEF_TO_S2_DAYS = 14

# --- Django ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "syncadmin.apps.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "django_q",
    "plays",
]

MIDDLEWARE = [
    "plays.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Tokens in forms are masked anew each time and the length is padded: no BREACH.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "plays.problems.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "syncadmin.urls"
WSGI_APPLICATION = "syncadmin.wsgi.application"
LOGIN_URL = "plays:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "plays:login"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "plays.lean_templates.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    if not Path(DATABASES["default"]["NAME"]).is_absolute():
        DATABASES["default"]["NAME"] = str(BASE_DIR / DATABASES["default"]["NAME"])
    # Writers queue at BEGIN instead of failing half-way; readers never wait for a writer.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
    # What DATABASE_URL says itself (`?connect_timeout=5`) wins.
    said = DATABASES["default"].get("OPTIONS", {})
    DATABASES["default"]["OPTIONS"] = postgres_options(DATABASE_SILENCE_SECONDS) | said

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
SESSION_COOKIE_AGE = env("SESSION_HOURS") * 3600  # from the login on: nothing prolongs it

OIDC_ISSUER = env("OIDC_ISSUER")
OIDC_CLIENT_ID = env("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env("OIDC_CLIENT_SECRET")
OIDC_GROUPS_CLAIM = env("OIDC_GROUPS_CLAIM")
OIDC_GROUP_MAP = env("OIDC_GROUP_MAP")

# Wrong passwords of one name from one address: others in the same office get in meanwhile.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time that was said stays true
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "plays.views.session.locked_out"
AXES_CLIENT_IP_CALLABLE = "plays.sync.access.logins.address_of"
AXES_ENABLE_ADMIN = False  # our own screen has it
AXES_DISABLE_ACCESS_LOG = True  # our audit trail has it
AXES_VERBOSE = False

USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = env("LANGUAGE_CODE")
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "plays" / "locale"]

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # the apps' own folders are served: there is no collectstatic

# --- Security -------------------------------------------------------------------------------

# An https address among the trusted origins says that people come through TLS. Whether one request
# did is for the server to tell (waitress: --trusted-proxy), not for a header that anyone may send.
HTTPS_ONLY = any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)
SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # a load balancer asks inside, without TLS
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS_ONLY else 0
# Subdomains and browsers' preload lists are for the owner of the whole domain to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True

LOG_FORMAT = env("LOG_FORMAT")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tidy": {"()": "syncadmin.logs.Tidy"}},
    "formatters": {
        "text": {
            "()": "syncadmin.logs.LineFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "{levelname}{name}{message}",
            "style": "{",
            "rename_fields": {"levelname": "level", "name": "logger"},
            "timestamp": "time",
            "json_ensure_ascii": False,
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "text",
            "filters": ["tidy"],
        }
    },
    "root": {"handlers": ["console"], "level": level_for(sys.argv)},
    "loggers": {
        "django-q": {"level": "WARNING"},  # it tells of every bell
        "axes": {"level": "ERROR"},  # wrong passwords have lines of our own
    },
}
