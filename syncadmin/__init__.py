"""The project: settings, the root of the addresses, WSGI."""

import gc

# A start makes a hundred thousand objects that stay, and a fifth of its time went to looking for
# garbage among them. `plays.apps` goes on with that once Django has started.
gc.disable()
