"""Loaded before Django: the tests keep their files, keys and database in a folder of their own."""

import os
import tempfile
from pathlib import Path

VAR_DIR = os.environ.setdefault("TEST_VAR_DIR", tempfile.mkdtemp(prefix="smartservice-tests-"))
os.environ["VAR_DIR"] = str(Path(VAR_DIR) / os.environ.get("PYTEST_XDIST_WORKER", "main"))
os.environ.setdefault("PORT", "8000")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
for name in ("ENVIRONMENT", "BASE_URL", "ACQUIRER_URL", "SMS_URL", "EMAIL_URL", "CARD_ENTRY", "DEBUG"):
    os.environ.pop(name, None)
# WhiteNoise warns when its folder is missing, and warnings are errors.
(Path(os.environ["VAR_DIR"]) / "static").mkdir(parents=True, exist_ok=True)
