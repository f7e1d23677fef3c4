"""WSGI entry point, e.g. `waitress-serve syncadmin.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syncadmin.settings")

application = get_wsgi_application()

from plays.sync.alerts import watch  # noqa: E402 - models can be loaded only now
from syncadmin.imports import import_all  # noqa: E402

import_all()
watch.start()
