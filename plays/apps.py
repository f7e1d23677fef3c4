"""The application: what is connected when Django starts."""

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


def _set_up(**_: object) -> None:
    from plays.sync.setup import after_migrate

    after_migrate()
