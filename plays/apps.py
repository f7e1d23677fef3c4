"""The application: what is connected when Django starts."""

import contextlib
import ctypes
import gc

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlaysConfig(AppConfig):
    name = "plays"
    verbose_name = "Plays"

    def ready(self) -> None:
        from plays import checks  # noqa: F401 - registers itself
        from plays.sync.access import logins

        logins.connect()
        post_migrate.connect(_set_up, sender=self)
        # syncadmin/__init__.py has put it off. What was loaded stays: none of it is garbage.
        gc.freeze()
        gc.enable()
        _share_one_heap()


def _set_up(**_: object) -> None:
    from plays.sync.setup import after_migrate

    after_migrate()


def _share_one_heap() -> None:
    """Let all threads to come use one heap, as Python lets one of them run at a time.

    glibc gives each its own, and each stays as large as the largest request it has ever had.
    Source: mallopt(3), M_ARENA_MAX (-8 in glibc's malloc.h). Other C libraries do not have it.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(-8, 1)
