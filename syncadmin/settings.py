"""Settings; the only reader of the environment (README names every variable)."""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY="x"
INSTALLED_APPS=["django.contrib.contenttypes","django.contrib.auth","plays"]
DATABASES={"default":{"ENGINE":"django.db.backends.sqlite3","NAME":":memory:"}}
