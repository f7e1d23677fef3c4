"""What a server imports before its first request."""

import gc
from importlib import import_module
from pkgutil import walk_packages


def import_all() -> None:
    """Import each screen and the API, before there are threads: of two that import at once one may
    meet a module half made, and fail. Django must have started.
    """
    gc.disable()  # as in every start: syncadmin/__init__.py says why
    for module in walk_packages(import_module("plays.views").__path__, "plays.views."):
        import_module(module.name)
    import_module("plays.api.urls")
    gc.freeze()
    gc.enable()
