"""The project's settings with what tests change: nothing is written outside one temporary folder.

A server is used only where TEST_DATABASE_URL or TEST_REDIS_URL names it, and there only databases
called test_* and keys under one prefix.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="recall-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
KEY_PREFIX = f"test_recall_{os.getpid()}:"

for _name in ("SECRET_KEY", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "HTTPS", "EMAIL_URL"):
    os.environ.pop(_name, None)
os.environ["RECALL_VAR"] = str(FOLDER)
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")
os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL", "")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in the thread that uses the database

from config.settings import *  # noqa: E402, F403
from config.settings import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, REST_FRAMEWORK  # noqa: E402

_default = DATABASES["default"]
if "sqlite" in _default["ENGINE"]:
    # A file: a live server and threads have connections of their own. Power cuts are not tested here.
    _default["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}
    _default["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
else:
    _default["OPTIONS"].pop("pool", None)  # a pool's open connections keep the test database from being dropped
    _default["OPTIONS"].setdefault("options", "-c synchronous_commit=off")  # nor here
    _default["TEST"] = {"NAME": f"test_{_default['NAME'].removeprefix('test_')}_{os.getpid()}"}
DATABASES = {"default": _default}
DATABASE_ROUTERS: list[str] = []
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMBEDDED = MAIL_IS_LOCAL = True
if os.environ["REDIS_URL"]:
    CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = KEY_PREFIX
# Limits are tested where a test asks for them with the `settings` fixture.
ACCOUNT_RATE_LIMITS = False
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_CLASSES": []}
