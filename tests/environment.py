"""The environment for a process of the product that a test starts."""

import os

from syncadmin.settings import env


def product_environment(**variables: str) -> dict[str, str]:
    """This process' environment with every product variable at its default, then `variables`.

    Naming each one keeps a person's `.env` out, which fills in only what the environment lacks.
    """
    own = {"SECRET_KEY": "tests-only", "DJANGO_SETTINGS_MODULE": "syncadmin.settings"}
    return os.environ | defaults() | own | variables


def defaults() -> dict[str, str]:
    """Every variable of syncadmin.settings and its default, as one writes it in `.env`."""
    return {name: as_written(default) for name, (_type, default) in env.scheme.items()}


def as_written(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, list):
        return ",".join(default)
    if isinstance(default, float):
        return f"{default:g}"
    return str(default)
