"""The product's settings, with the few values that tests must not take from a person's `.env`."""

from syncadmin.settings import *  # noqa: F403

SECRET_KEY = "tests-only"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
