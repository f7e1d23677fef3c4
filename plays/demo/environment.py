"""The environment of the demo's processes: complete, so that nobody's `.env` or database is met."""

from __future__ import annotations

import os

from syncadmin.settings import env

LOCAL = "127.0.0.1,localhost"


def demo_environment(**variables: str) -> dict[str, str]:
    """This process' environment with every variable of settings at its default, then `variables`.

    Naming each one keeps a `.env` out, which fills in only what the environment lacks.
    """
    defaults = {name: _as_written(default) for name, (_type, default) in env.scheme.items()}
    proxies = dict.fromkeys(("NO_PROXY", "no_proxy"), LOCAL)
    ours = {"DJANGO_SETTINGS_MODULE": "syncadmin.settings", "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **defaults, **proxies, **ours, **variables}


def _as_written(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, list):
        return ",".join(default)
    return str(default)
