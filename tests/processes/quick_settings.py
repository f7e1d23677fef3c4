"""The product's settings with its patience cut short, for tests that wait for it."""

from syncadmin.settings import *  # noqa: F403

WORKER_ALIVE_SECONDS = 8
ALERT_LOOK_SECONDS = 1
ALERT_GATHER_SECONDS = 2
