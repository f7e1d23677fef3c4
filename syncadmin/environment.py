"""The environment's variables, read as they are written; one that cannot be meant is named."""

import math
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = ("true", "yes", "y", "on", "ok", "1")
FALSE = ("false", "no", "n", "off", "0", "")


class Environment(environ.Env):  # type: ignore[misc]
    """Every variable is in the scheme, with its kind and default.

    Unlike django-environ's own: `$` is a letter like any other (a password may begin with it), the
    items of a list lose the blanks around them, a number is a number or is refused.
    """

    def get_value(self, var: str, *_args: Any, **_kwargs: Any) -> Any:
        """The value by the kind in the scheme; the default where the environment has none.

        Raises ImproperlyConfigured, in a sentence that names the variable.
        """
        kind, default = self.scheme[var]
        if var not in self.ENVIRON:
            return default
        try:
            return self.parse_value(self.ENVIRON[var], kind)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} {error}") from None

    def db_url(self, var: str, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
        """Django's settings of a database; the address itself (it holds a password) is not told."""
        address: str = self.get_value(var)
        if address.partition(":")[0] not in self.DB_SCHEMES:
            raise ImproperlyConfigured(
                f"{var} must be like sqlite:///db.sqlite3 or postgres://user:password@host:5432/name."
            )
        config: dict[str, Any] = self.db_url_config(address)
        return config

    def mail(self, var: str) -> dict[str, Any]:
        """Django's settings of mail; the address itself (it holds a password) is not told."""
        address: str = self.get_value(var)
        if address.partition(":")[0] not in self.EMAIL_SCHEMES:
            raise ImproperlyConfigured(
                f"{var} must be like smtp+tls://user:password@host:587 or consolemail://."
            )
        config: dict[str, Any] = self.email_url_config(address)
        return config

    def day(self, var: str) -> date | None:
        """A day written YYYY-MM-DD; None where there is none."""
        text: str = self.get_value(var)
        try:
            return date.fromisoformat(text.strip()) if text.strip() else None
        except ValueError:
            raise ImproperlyConfigured(
                f"{var} must be a day like 2027-06-30; it is {text!r}."
            ) from None

    def zone(self, var: str) -> str:
        """The name of a time zone that is known."""
        name: str = self.get_value(var)
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ImproperlyConfigured(
                f"{var} must be the name of a time zone, like Asia/Seoul; it is {name!r}."
            ) from None
        return name

    @classmethod
    def parse_value(cls, value: str, cast: type) -> Any:
        """`value` as a `cast` (bool, int, float, list of texts, str). Raises ValueError."""
        return _READERS[cast](value)


def sender(user: str | None, public_url: str) -> str:
    """Whom mails are from: the mailbox that sends them, or a name at the people's own address."""
    if user and "@" in user:
        return user
    return f"play-sync@{urlsplit(public_url).hostname or 'localhost'}"


def _truth(text: str) -> bool:
    word = text.strip().lower()
    if word not in TRUE + FALSE:
        raise ValueError(f"must be true or false; it is {text!r}.")
    return word in TRUE


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"must be a whole number; it is {text!r}.") from None


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"must be a number; it is {text!r}.")
    return number


def _items(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


_READERS: dict[type, Callable[[str], Any]] = {
    bool: _truth,
    int: _whole_number,
    float: _number,
    list: _items,
    str: str,
}


def postgres_options(seconds: int) -> dict[str, object]:
    """Django's OPTIONS: either side gives up a connection on which the other is silent for
    `seconds`, and twice as long where the server waits in the middle of a transaction.

    Without them a host that is cut off waits for an answer for up to two hours, and as long the
    server keeps the rows locked that the host had in an open transaction.

    Rows are taken to lie on a solid-state disk or in memory: for a disk that turns, which is the
    server's default, it reads a whole table rather than 20,000 rows of it by their index. Queries
    are not compiled, which takes longer than those here run, and only the largest, of the weekly
    recount's kind, get helper processes: for a screen, starting these takes longer.

    Sources: PostgreSQL's manual, "Parameter Key Words" (libpq), "Client Connection Defaults",
    "TCP Settings", "Just-in-Time Compilation" and "Planner Cost Constants" (1.1 is its own
    example); a server's times are in seconds, `tcp_user_timeout` in milliseconds.
    """
    probes = {"idle": seconds // 3, "interval": seconds // 6, "count": 4}
    server: dict[str, float] = {
        f"tcp_keepalives_{name}": value for name, value in probes.items()
    } | {
        "tcp_user_timeout": 1000 * seconds,
        "jit": 0,
        "idle_in_transaction_session_timeout": 2000 * seconds,
        "random_page_cost": 1.1,
        "parallel_setup_cost": 50_000,
    }
    return {
        "connect_timeout": 10,
        "tcp_user_timeout": 1000 * seconds,
        **{f"keepalives_{name}": value for name, value in probes.items()},
        "options": " ".join(f"-c {name}={value}" for name, value in server.items()),
    }
