"""Django's own applications as they run here."""

from django.contrib.admin.apps import AdminConfig
from django.db.backends.signals import connection_created

from syncadmin.sqlite_lock import wait_in_short_sleeps


class SiteConfig(AdminConfig):
    """Django's admin with our own door."""

    default_site = "plays.admin_site.OurAdminSite"

    def ready(self) -> None:
        super().ready()
        connection_created.connect(wait_in_short_sleeps)
