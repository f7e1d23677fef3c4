"""What needs a person is told once, again when it grows, and when it is well again.

Any number of web and worker processes look and send; a row says who looks, and a row each who
sends what. A message is kept until it is sent, so a channel that is away loses nothing.
"""

from plays.sync.alerts.desk import look
from plays.sync.alerts.overview import telling
from plays.sync.alerts.personal import choose, tell_people
from plays.sync.alerts.sending import is_anything_due, send_due, send_test

__all__ = ["choose", "is_anything_due", "look", "send_due", "send_test", "tell_people", "telling"]
