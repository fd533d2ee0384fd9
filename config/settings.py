"""Every setting, read from the environment once; docs/settings.md says what each is for."""

import os
from functools import partial

from config import env
from config.lan import interfaces
from config.lan.core.local_names import url_host
from config.runner import lock

HOME = env.make_data_folder()
BASE_DIR = env.BASE
SECRET_KEY = env.ensure_secret_key(HOME)
read = env.settings_reader(HOME, lock.running_settings(HOME))

DEBUG = False

# Where people reach the service. This one address sets hosts, origins, cookies and every link that leaves the machine.
PORT = read.int("PORT", default=8000)
# The home network: HTTPS by an authority of our own, and a page in plain HTTP that says how a phone comes to trust it.
LAN = read.bool("LAN", default=False)
HTTPS_PORT = read.int("HTTPS_PORT", default=PORT + 443)
HELP_PORT = read.int("HELP_PORT", default=PORT + 880)
_asked_url = read.str("STILLNOTE_URL", default="")
_own_names = interfaces.machine_names() if LAN else None
_own_url = f"https://{url_host(_own_names.best)}:{HTTPS_PORT}" if _own_names else f"http://127.0.0.1:{PORT}"
STILLNOTE_URL = (_asked_url or _own_url).rstrip("/")
_address = env.parse_service_url(STILLNOTE_URL)
ASKED_HOST = (_address.hostname or "") if _asked_url else ""
# What tells the help page's address at this moment. Phones go there first; it leads on by itself where one trusts us.
HELP_PAGE = partial(interfaces.help_address, HELP_PORT) if LAN and not _asked_url else None
# By its dotted name, for it loads what reads certificates: what tells the fingerprint that people compare.
AUTHORITY_FINGERPRINT = "config.lan.certificate_files.authority_fingerprint" if LAN else ""
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ORIGIN = f"{_address.scheme}://{_address.netloc}"
ALLOWED_HOSTS = [_address.hostname or "", *LOOPBACK]
if _own_names:
    ALLOWED_HOSTS += [url_host(host) for host in sorted(_own_names.all()) if url_host(host) not in ALLOWED_HOSTS]
CSRF_TRUSTED_ORIGINS = [ORIGIN]
SECURE_COOKIES = _address.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_ENGINE = "config.http.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
FORCE_SCRIPT_NAME = _address.path or None
TRUSTED_PROXIES = read.list("TRUSTED_PROXIES", default=[])
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "media-src": ["'self'", "blob:"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

INSTALLED_APPS = [
    "config",
    "capture",
    "transcription",
    "insights",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "config.http.middleware.HeadResponses",
    "config.lan.port_access.PortAccess",
    "config.http.middleware.CompressedText",  # around what may make another answer of one
    "config.http.middleware.TransportSecurity",
    "config.http.problems.ProblemDocuments",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.accounts.browser_sessions.ListedSessions",
    "config.http.middleware.LoggedOutFragments",
    "config.http.middleware.FormAddresses",
    "config.http.middleware.UserLanguage",
    "config.http.middleware.UserTimeZone",
]
ROOT_URLCONF = "config.urls"
# Pages to which rooms link that do not know the later room they are in, by the names of their addresses.
PAGE_LINKS = {"archive": "archive", "health": "health", "memo": "memo", "settings": "settings", "today": "today"}
MEMO_WORDS = (
    "transcription.services.read_words.words_of_memos"  # what programs read of memos that capture does not know
)
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "capture.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "account_login"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# How people log in: django-allauth, of which only the pages in config/accounts are reached. Tries are counted by
# capture/http/rate_limit.py in all of them, and not by allauth, whose counts are those of one process.
ACCOUNT_ADAPTER = "config.accounts.adapters.Accounts"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "config.accounts.adapters.SecondFactors"
MFA_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "config.accounts.forms.Code",
    "reauthenticate": "config.accounts.forms.CodeAgain",
    "activate_totp": "config.accounts.forms.FirstCode",
    "add_webauthn": "config.accounts.forms.NewPasskey",
    "edit_webauthn": "config.accounts.forms.PasskeyName",
}
# Another service that says who somebody is, by OpenID Connect. The secret is never shown or logged.
OIDC_URL = read.str("STILLNOTE_OIDC_URL", default="").rstrip("/")
OIDC_CLIENT = read.str("STILLNOTE_OIDC_CLIENT", default="")
OIDC_SECRET = read.str("STILLNOTE_OIDC_SECRET", default="")
OIDC_NAME = read.str("STILLNOTE_OIDC_NAME", default="OpenID Connect")
OIDC_OPEN = read.bool("STILLNOTE_OIDC_OPEN", default=False)
SOCIALACCOUNT_ADAPTER = "config.accounts.adapters.Provider"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT,
                "secret": OIDC_SECRET,
                "settings": {"server_url": OIDC_URL},
            }
        ],
    }
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _address.scheme
ACCOUNT_FORMS = {"reauthenticate": "config.accounts.forms.PasswordAgain"}

# The database says what is to be done, so it must survive a power cut: WAL with synchronous=FULL, or PostgreSQL.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
    "PRAGMA secure_delete=ON; "  # what was deleted is overwritten in the file: it is gone
    "PRAGMA temp_store=MEMORY;",  # else a statement that triggers follow writes another file, for each upload
}
DATABASE_SCHEMES = ("postgres", "postgresql", "psql", "pgsql", "sqlite")
database_url = read.address(
    "DATABASE_URL", "postgres://user:password@host:5432/name", DATABASE_SCHEMES, needs_host=False
)
DATABASES = {
    "default": read.db_url_config(database_url)
    if database_url
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(HOME / "stillnote.sqlite3")}
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

# The broker only wakes workers: a folder until REDIS_URL is set, and never waited for.
REDIS_URL = read.address("REDIS_URL", "redis://:password@host:6379/0", ("redis", "rediss"))
BROKER_FOLDER = HOME / "broker"
BROKER_TIMEOUT = 0.5
WORKER_THREADS = read.int("WORKER_THREADS", default=2)

# A claim without progress for LEASE_SECONDS is given to another worker; the sweep notifies again every SWEEP_SECONDS.
LEASE_SECONDS = read.float("LEASE_SECONDS", default=120.0)
SWEEP_SECONDS = read.float("SWEEP_SECONDS", default=20.0)
DIGEST_SECONDS = read.float("DIGEST_SECONDS", default=60.0)

MAX_UPLOAD = read.int("MAX_UPLOAD", default=2 * 1024**3)
DISK_RESERVE = read.int("DISK_RESERVE", default=1024**3)
QUOTA = read.int("QUOTA", default=0)
UPLOADS_A_MINUTE = read.int("UPLOADS_A_MINUTE", default=600)
ORIGINALS_MONTHS = read.int("ORIGINALS_MONTHS", default=0)
UPLOAD_DAYS = read.float("UPLOAD_DAYS", default=7.0)
MAX_AUDIO_SECONDS = read.float("MAX_AUDIO_SECONDS", default=4.0 * 60 * 60)
UNDO_SECONDS = read.int("UNDO_SECONDS", default=600)
EXPORT_DIR = read.str("EXPORT_DIR", default="")
EXPORT_DAYS = read.float("EXPORT_DAYS", default=3.0)
DATA_UPLOAD_MAX_NUMBER_FILES = 1000  # "add recordings" takes a whole folder at once
FILE_FORMS = frozenset({"add_memos", "post_memo", "take_in"})  # the names of the addresses that take files
FILE_UPLOAD_HANDLERS = ["capture.http.upload_handler.IncomingUploadHandler"]

# Where recordings live once they are kept: the data folder, or a bucket of an S3-compatible store.
STORE = env.parse_store_url(read.str("STORAGE_URL", default=""))

# The mailbox to which recordings are sent, and the address of each user in it.
MAILIN_URL = read.str("MAILIN_URL", default="")
MAILIN_ADDRESS = read.str("MAILIN_ADDRESS", default="")
MAILIN_SECONDS = read.float("MAILIN_SECONDS", default=60.0)

WHISPER_MODEL = read.str("WHISPER_MODEL", default="auto")
WHISPER_WINDOW = read.str("WHISPER_WINDOW", default="auto")
# Another machine that listens instead, by OpenAI's API: http://…/v1. The key is never shown or logged.
WHISPER_URL = read.str("WHISPER_URL", default="")
WHISPER_KEY = read.str("WHISPER_KEY", default="")
EMBEDDING_MODEL = read.str("EMBEDDING_MODEL", default="auto")
# Another machine that gives ideas their vectors, by OpenAI's API. The key is never shown or logged.
EMBEDDING_URL = read.str("EMBEDDING_URL", default="")
EMBEDDING_KEY = read.str("EMBEDDING_KEY", default="")
# Networks of which addresses may be told as webhooks, beside those of the internet: 192.168.1.0/24, 127.0.0.1.
WEBHOOK_NETWORKS = read.list("WEBHOOK_NETWORKS", default=[])
OFFLINE = read.bool("STILLNOTE_OFFLINE", default=False)
# Recordings of real people, which are no part of the project: the demo and the tests hear them where they are.
SPEECH_CLIPS = read.str("SPEECH_CLIPS", default=str(BASE_DIR.parent / "shared" / "assets" / "speech"))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

MAIL_FORM = "smtp+tls://user:password@host:587"
if mail_url := read.address("EMAIL_URL", MAIL_FORM, read.EMAIL_SCHEMES, needs_host=False):
    _mail = read.email_url_config(mail_url)
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
else:
    EMAIL_BACKEND = "config.ops.mail_folder.MailFolder"
    EMAIL_FILE_PATH, EMAIL_HOST_USER = HOME / "mail", ""
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = read.str("EMAIL_FROM", default=env.mail_sender(EMAIL_HOST_USER, _address.hostname or ""))

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = f"{_address.path}/static/"
WHITENOISE_USE_FINDERS = True

# What a service that is started by these settings tells to commands in other terminals.
FROM_ENVIRONMENT = read.from_environment()

# Logs hold what happened to which id, never words, file names, tokens or addresses.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "config.ops.log_format.ContentFreeFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": read.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "faster_whisper": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "boto3": {"level": "WARNING"},  # below that they tell of keys, signatures and bodies
        "botocore": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # a traceback for each stranger who asks by address
        "django.request": {"level": "ERROR"},  # its warnings name the path of each refused request
    },
}

# Names that are misspelled, and what they may have been meant to be.
UNKNOWN_SETTINGS = read.unknown_names()
