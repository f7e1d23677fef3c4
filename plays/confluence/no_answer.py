"""A call without a usable HTTP answer -> the error that it means: was anything sent, or not?"""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from requests import exceptions as broken
from urllib3 import exceptions as wire

from plays.confluence import errors

# Before a byte of the request is on its way. A handshake that fails in another manner counts as
# sent: it looks the same as a connection that breaks later.
_NEVER_SENT = (
    broken.ConnectTimeout,
    broken.InvalidURL,
    broken.InvalidSchema,
    wire.LocationValueError,
    wire.NewConnectionError,
    wire.ProxyError,
    ssl.SSLCertVerificationError,
)

_WHY: tuple[tuple[type[BaseException], str], ...] = (
    (wire.NameResolutionError, "the host name is not known"),
    (wire.ProxyError, "the proxy cannot be reached"),
    (wire.NewConnectionError, "no connection: {}"),
    (broken.ConnectTimeout, "no connection in time"),
    (ssl.SSLCertVerificationError, "the site's certificate is not trusted"),
    (ssl.SSLError, "the encrypted connection failed"),
    (broken.InvalidURL, "the address cannot be used"),
    (wire.LocationValueError, "the address cannot be used"),
    (broken.InvalidSchema, "the address or a proxy's address cannot be used"),
    (wire.ReadTimeoutError, "no whole answer in time"),
    (TimeoutError, "no whole answer in time"),
    (wire.DecodeError, "the answer's compression is damaged"),
    (broken.RequestException, "the connection broke off"),
)


class AnswerTooLong(broken.RequestException):
    """The answer has more bytes than we are willing to hold."""


def unanswered(problem: Exception, *, method: str, path: str) -> errors.ConfluenceError:
    """`Unreachable` if there was no connection, else `NoAnswer`; for too long an answer
    `ImplausibleAnswer`."""
    chain = list(_chain(problem))
    never_sent = any(isinstance(one, _NEVER_SENT) for one in chain)
    kind: type[errors.ConfluenceError] = errors.Unreachable if never_sent else errors.NoAnswer
    if isinstance(problem, AnswerTooLong):
        return errors.ImplausibleAnswer(str(problem), method=method, path=path, sent=True)
    return kind(_why(chain), method=method, path=path, sent=not never_sent)


def _why(chain: list[BaseException]) -> str:
    for kind, text in _WHY:
        if any(isinstance(one, kind) for one in chain):
            return text.format(_system_says(chain))
    return str(chain[0])[:200]


def _system_says(chain: list[BaseException]) -> str:
    said = (one.strerror for one in chain if isinstance(one, OSError) and one.strerror)
    return next((text.lower() for text in said if isinstance(text, str)), "refused")


def _chain(problem: BaseException) -> Iterator[BaseException]:
    """The exception and all that it wraps, however requests and urllib3 wrapped it."""
    waiting, seen = [problem], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = (*one.args, getattr(one, "reason", None), one.__cause__, one.__context__)
        waiting += [cause for cause in inner if isinstance(cause, BaseException)]
