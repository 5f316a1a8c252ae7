"""Settings of every stack: ENVIRONMENT chooses, the environment overrides, docs/ENVIRONMENT.md lists it all.

Sections: where we are · keys · applications · pages · database, cache, queue · people · security headers · files ·
messages · bank · the service's own words · logging.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from smartservice import env, keys

# --- where we are ---------------------------------------------------------------------------------------------------
PROJECT_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.choice("ENVIRONMENT", ("embedded", "demo", "production"))
DEBUG = env.flag("DEBUG")
VAR_DIR = Path(env.text("VAR_DIR", str(PROJECT_DIR / "var"))).resolve()
PORT = env.port("PORT", 8000)
SANDBOX_PORT = env.port("SANDBOX_PORT", PORT + 1)
HOST = env.text("HOST", "127.0.0.1")
BASE_URL = env.text("BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [urlsplit(BASE_URL).hostname or "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL.startswith("https://") else []
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

# --- keys -----------------------------------------------------------------------------------------------------------
SECRET_KEY = env.text("SECRET_KEY") or keys.secret_key(VAR_DIR)
FIELD_KEYS = keys.checked(env.text("FIELD_KEYS") or keys.field_keys(VAR_DIR))
# Apart from SECRET_KEY, which is changed after a leak: just when the journal must prove itself.
JOURNAL_KEY = env.text("JOURNAL_KEY") or keys.journal_key(VAR_DIR)

# --- applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "smartservice.apps.StaffConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "captcha",
    "smartservice.apps.SmartserviceConfig",
    "payments",
    "billing",
    "accounts",
    "notifications",
    "safeguards",
]
MIDDLEWARE = [
    "smartservice.logs.number_requests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "smartservice.middleware.security_headers",
    "smartservice.middleware.NoNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.middleware.end_idle_session",
    "accounts.middleware.stamp_visit",
    "smartservice.staff.keep_apart",
    "django.contrib.messages.middleware.MessageMiddleware",
    "smartservice.middleware.tell_of_hidden_card",
    "smartservice.middleware.draw_not_allowed",
]
ROOT_URLCONF = "smartservice.urls"
WSGI_APPLICATION = "smartservice.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- pages ----------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ru"
USE_I18N = True
FORMAT_MODULE_PATH = ["smartservice.formats"]
TIME_ZONE = "Europe/Moscow"
USE_TZ = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "smartservice.menu.page",
                "accounts.context.visit",
                "accounts.context.session",
                "accounts.context.login_form",
            ],
        },
    }
]
FORM_RENDERER = "smartservice.renderer.Renderer"
CSRF_FAILURE_VIEW = "smartservice.views.csrf_failure"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [PROJECT_DIR / "static"]
# Packing the files takes seconds at every start, and on one machine nothing is sent over a network.
STATIC_STORAGE = (
    "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    if ENVIRONMENT == "embedded"
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)

# --- database, cache, queue -----------------------------------------------------------------------------------------
DATABASES = {"default": env.database(env.text("DATABASE_URL"), sqlite_file=VAR_DIR / "smartservice.sqlite3")}
REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
CELERY_BROKER_URL = REDIS_URL or None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Without it Celery closes the database connection after every task.
CELERY_DB_REUSE_MAX = 1000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Tasks of a killed worker come back after this and the interval; one that takes longer runs twice, harmlessly.
    "visibility_timeout": 10,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # A dead broker must not hold up a page: the wake-up is lost, the sweep finds the rows. (Workers wait longer.)
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    "max_retries": 0,
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "deliver messages": {"task": "notifications.deliver", "schedule": 5.0, "options": {"expires": 5}},
    "deliver news": {"task": "notifications.deliver_news", "schedule": 5.0, "options": {"expires": 5}},
    "ask for reports": {"task": "notifications.ask_for_reports", "schedule": 30.0, "options": {"expires": 30}},
    "read SMS answers": {"task": "accounts.read_sms_answers", "schedule": 60.0, "options": {"expires": 60}},
    "announce bills": {"task": "billing.announce", "schedule": 5.0, "options": {"expires": 5}},
    "remind of bills": {"task": "billing.remind", "schedule": 3600.0, "options": {"expires": 3600}},
    "erase who asked": {"task": "smartservice.erase", "schedule": 60.0, "options": {"expires": 60}},
    "purge": {"task": "smartservice.purge", "schedule": 3600.0, "options": {"expires": 3600}},
    "settle payments": {"task": "payments.settle", "schedule": 30.0, "options": {"expires": 30}},
    "autopay": {"task": "payments.autopay", "schedule": 60.0, "options": {"expires": 60}},
    "lay out registers": {"task": "payments.deliver_registers", "schedule": 3600.0, "options": {"expires": 3600}},
    "settle cards": {"task": "payments.cards", "schedule": 30.0, "options": {"expires": 30}},
}

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
PASSWORD_MINIMUM_LENGTH = 6
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "accounts.passwords.LongEnough",
        "OPTIONS": {"min_length": PASSWORD_MINIMUM_LENGTH},
    },
    {"NAME": "accounts.passwords.NotCommon"},
    {"NAME": "accounts.passwords.LongEnoughForStaff"},
]
PHONENUMBER_DEFAULT_REGION = "RU"
PHONENUMBER_DEFAULT_FORMAT = "INTERNATIONAL"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE = timedelta(minutes=15)
SESSION_LIFE = timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_LIFE.total_seconds())
CAPTCHA_CHALLENGE_FUNCT = "accounts.captcha.challenge"
CAPTCHA_LENGTH = 5
CAPTCHA_TIMEOUT = 10
CAPTCHA_IMAGE_SIZE = (180, 60)
CAPTCHA_FONT_SIZE = 36
# On one machine for a first look every fresh browser would be news, and one public cabinet is shared by all who look:
# after three codes in ten minutes the next of them could not log in. There both are off unless asked for.
NEW_DEVICE_NOTICE = env.flag("NEW_DEVICE_NOTICE", default=ENVIRONMENT != "embedded")
NEW_DEVICE_CODE = env.flag("NEW_DEVICE_CODE", default=ENVIRONMENT != "embedded")
CONFIRMATION_LIFE = timedelta(minutes=10)
CONFIRMATION_TRIES = 5
OTP_TOTP_ISSUER = "Смарт Сервис"
# Our own throttle counts the tries, before the code is looked at.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
BLOCK_LINK_LIFE = timedelta(hours=24)

# --- security headers -----------------------------------------------------------------------------------------------
SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
# Two portals on one host (a demo beside a test run) differ only by port, and cookies do not know ports.
SESSION_COOKIE_NAME = "__Host-session" if SECURE else f"session-{PORT}"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else f"csrf-{PORT}"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- files ----------------------------------------------------------------------------------------------------------
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGE},
}
MEDIA_ROOT = VAR_DIR / "media"
# Where registers of payments are laid out for those providers that want them as files.
REGISTER_DIR = env.text("REGISTER_DIR", str(VAR_DIR / "registers"))
FILE_UPLOAD_HANDLERS = ["smartservice.uploads.BoundedUpload"]
DATA_UPLOAD_MAX_NUMBER_FILES = 5

# --- messages -------------------------------------------------------------------------------------------------------
SMS_URL = env.text("SMS_URL", "file:")
EMAIL_URL = env.text("EMAIL_URL", "file:")
# What the beginning of such a URL means; a new way to send is a class and a line here.
CARRIERS = {
    "SMS": {
        "file": "notifications.channels.sms_file.SmsFile",
        "smsc": "notifications.channels.sms_smsc.SmsSmsc",
        "smsru": "notifications.channels.sms_smsru.SmsSmsru",
    },
    "EMAIL": {
        "file": "notifications.channels.email_file.EmailFile",
        "smtp": "notifications.channels.email_smtp.EmailSmtp",
        "smtps": "notifications.channels.email_smtp.EmailSmtp",
    },
}
# Who makes the file that a letter's reference names.
ATTACHMENTS = {"receipt": "payments.receipts.attached", "register": "payments.register_delivery.attached"}
# Who says what news tell that have no words of their own.
TELLERS = {"BILLS": "billing.bill_truth.told"}
# Who says, of news that are about to leave, which of them must not.
OBJECTIONS = {"BILLS": "billing.bill_truth.untrue", "MARKETING": "accounts.readers.unreachable"}
# Kopecks for a segment until the provider tells its own price; roubles a day, of which codes have the last part.
SMS_PRICE = env.integer("SMS_PRICE", 400)
SMS_DAY_BUDGET = env.integer("SMS_DAY_BUDGET", 20_000)
SMS_CODE_RESERVE = env.integer("SMS_CODE_RESERVE", 5_000)
# A first look at midnight must see its news come: on one machine the night is quiet only when asked for.
QUIET_HOURS = env.hours("QUIET_HOURS", "" if ENVIRONMENT == "embedded" else "21-9")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Смарт Сервис <no-reply@smart-service.example>")

# --- bank -----------------------------------------------------------------------------------------------------------
ACQUIRER_URL = env.text("ACQUIRER_URL", f"http://127.0.0.1:{SANDBOX_PORT}/v2/")
ACQUIRER_TERMINAL = env.text("ACQUIRER_TERMINAL", "SmartServiceDEMO")
ACQUIRER_PASSWORD = env.text("ACQUIRER_PASSWORD", "sandbox-password")
# Where cards are typed: in the portal's own form, or on the bank's page.
CARD_ENTRY = env.choice("CARD_ENTRY", ("own", "hosted"))
ACQUIRER_PUBLIC_KEY = env.text("ACQUIRER_PUBLIC_KEY")
ACQUIRER_PUBLIC_KEY_FILE = VAR_DIR / "acquirer_public_key.pem"
# Where notifications of the bank come to; behind a firewall it may differ from the residents' address.
ACQUIRER_CALLBACK_BASE = env.text("ACQUIRER_CALLBACK_BASE", BASE_URL).rstrip("/")

# --- the service's own words ----------------------------------------------------------------------------------------
CONTACT_CENTRE_PHONE = env.text("CONTACT_CENTRE_PHONE", "8 800 100-39-00")
CONTACT_CENTRE_HOURS = env.text("CONTACT_CENTRE_HOURS", "8:00–21:00 (Мск)")
PAYMENT_CHANNEL = env.text("PAYMENT_CHANNEL", "Смарт Сервис-портал")
AUTOPAY_CHANNEL = "Автоплатёж"
AGENT = {
    "name": "ООО «А3»",
    "address": "Москва, Б. Сухаревский пер., 19/2",
    "inn": "7702726396",
}
MONEY_TRANSFER_OPERATOR = {
    "name": "ПАО «Промсвязьбанк»",
    "inn": "7744000912",
    "licence": "Генеральная лицензия Банка России №3251",
    "address": "109052, г. Москва, ул. Смирновская д. 10, стр. 22",
    "phone": "8-800-555-20-20, +7 (495) 787-33-34",
}

# --- logging --------------------------------------------------------------------------------------------------------
LOG_FORMAT = "line" if ENVIRONMENT == "embedded" else "json"
# Without it there is no /metrics.
METRICS_TOKEN = env.text("METRICS_TOKEN")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "smartservice.logs.TextLine", "format": "{asctime} {levelname} {name} {message}", "style": "{"},
        "json": {"()": "smartservice.logs.JsonLine"},
    },
    "filters": {"refusals": {"()": "smartservice.logs.ShortRefusals"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # The HTTP client logs whole addresses; ours may carry what no log should keep.
    "loggers": {
        "httpx2": {"level": "WARNING"},
        "httpcore2": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
