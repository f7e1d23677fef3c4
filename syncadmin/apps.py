"""Django's own applications as they run here."""

from django.contrib.admin.apps import AdminConfig


class SiteConfig(AdminConfig):
    """Django's admin with our own door."""

    default_site = "plays.admin_site.OurAdminSite"
