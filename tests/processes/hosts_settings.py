"""The product's settings with its clocks cut short, for tests that wait until they run out."""

from syncadmin.environment import postgres_options
from syncadmin.settings import *  # noqa: F403
from syncadmin.settings import DATABASES, Q_CLUSTER

CONFLUENCE_TIMEOUT = 1.0
SYNC_WRITE_SECONDS = 1
SYNC_LONGEST_WRITE_SECONDS = 8
SYNC_TASK_SECONDS = 9
SYNC_LEASE_SECONDS = 10
WAKEUP_SECONDS = 6
WORKER_REST_SECONDS = 3
WORKER_BUSY_STALL_SECONDS = 12
Q_CLUSTER |= {"timeout": SYNC_TASK_SECONDS, "retry": 40}
DATABASES["default"]["OPTIONS"] = postgres_options(6)
