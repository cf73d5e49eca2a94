"""Settings: one set for demo, site and tests; everything that differs comes from the environment."""

from pathlib import Path

from csp.constants import NONE, SELF

from steelyard.web.project import environment

WEB = Path(__file__).resolve().parents[1]
COMPANY_FOLDER = environment.company_folder()
RECORDS_URL = environment.database_url()

SECRET_KEY = environment.secret_key(COMPANY_FOLDER)
DEBUG = environment.flag("STEELYARD_DEBUG")
ALLOWED_HOSTS = environment.names("STEELYARD_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = environment.names("STEELYARD_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "ninja",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "steelyard.web.ui",
    "steelyard.web.audit",
    "steelyard.web.accounts",
    "steelyard.web.notices",
    "steelyard.web.comments",
    "steelyard.web.governance",
    "steelyard.web.jobs",
    "steelyard.web.masterdata",
    "steelyard.web.scenarios",
    "steelyard.web.accuracy",
    "steelyard.web.intelligence",
    "steelyard.web.worksheet",
    "steelyard.web.scorecard",
    "steelyard.web.stock",
    "steelyard.web.portfolio",
    "steelyard.web.segmentation",
    "steelyard.web.demand_review",
    "steelyard.web.supply_review",
    "steelyard.web.sourcing",
    "steelyard.web.balance",
    "steelyard.web.capacity",
    "steelyard.web.risk",
    "steelyard.web.finance_review",
    "steelyard.web.executive",
    "steelyard.web.book",
    "steelyard.web.cycles",
    "steelyard.web.decisions",
    "steelyard.web.project",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "steelyard.web.accounts.session.SessionEnds",
    "steelyard.web.accounts.middleware.SignInRequired",
    "steelyard.web.accounts.middleware.Viewing",
    "steelyard.web.answers.middleware.WaitsNoLonger",
    "steelyard.web.project.faults.FaultsAsMessages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "steelyard.web.project.context.page",
            ]
        },
    }
]
ROOT_URLCONF = "steelyard.web.project.urls"
WSGI_APPLICATION = "steelyard.web.project.wsgi.application"
DATABASES = {"default": environment.database(COMPANY_FOLDER, RECORDS_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
SIGN_IN_ATTEMPTS = 5
SIGN_IN_ATTEMPTS_PER_ADDRESS = 30
SIGN_IN_LOCKOUT_MINUTES = 15
SIGN_INS_PER_MINUTE = environment.number("STEELYARD_SIGN_INS_PER_MINUTE", 30)
SINGLE_SIGN_ON = environment.single_sign_on()

HTTPS = environment.flag("STEELYARD_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_IDLE_MINUTES = environment.number("STEELYARD_SESSION_IDLE_MINUTES", 120)
SESSION_HOURS = environment.number("STEELYARD_SESSION_HOURS", 12)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
BEHIND_PROXY = environment.flag("STEELYARD_BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "steelyard.web.project.views.csrf_failed"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = environment.names("STEELYARD_TIME_ZONE")[0] if environment.names("STEELYARD_TIME_ZONE") else "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = COMPANY_FOLDER / ".static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "steelyard.web.project.static.HashedFiles"},
}
WHITENOISE_USE_FINDERS = DEBUG
PAGE_PATIENCE_SECONDS: float | None = 0.4
"""How long a page waits for its heavy answers before it shows that they are coming; None waits for them."""
API_PATIENCE_SECONDS = 20.0
"""How long a REST call that reads waits for them before it answers 202, to be called again."""

UPLOAD_FOLDER = COMPANY_FOLDER / "uploads"
UPLOAD_LIMIT = (
    int(environment.names("STEELYARD_UPLOAD_LIMIT_MB")[0]) << 20
    if environment.names("STEELYARD_UPLOAD_LIMIT_MB")
    else 512 << 20
)
UPLOAD_UNPACKED_LIMIT = 8 * UPLOAD_LIMIT
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 << 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 200

MAIL_ON = bool(environment.names("STEELYARD_MAIL_HOST"))
"""Whether there is a mail server; without one, people are told in the app only."""
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_ON else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = environment.mail_server()
EMAIL_USE_TLS = environment.flag("STEELYARD_MAIL_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = (environment.names("STEELYARD_MAIL_FROM") or ["steelyard@localhost"])[0]
SITE_URL = (environment.names("STEELYARD_SITE_URL") or [""])[0].rstrip("/")
"""Where people reach the app, for links in e-mails."""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
