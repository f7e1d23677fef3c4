from syncadmin.settings import *  # noqa: F403
