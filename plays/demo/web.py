"""The demo's web server: waitress on a socket that the demo has bound already."""

from __future__ import annotations

import signal
import socket
import sys

from plays.worker import lifeline

THREADS = 6


def command(listener: socket.socket) -> list[str]:
    """How to start `main` as a `Child` that inherits the socket's descriptor."""
    return [sys.executable, "-m", __name__, "{lifeline}", str(listener.fileno())]


def main(descriptor: str, listener: str) -> None:
    lifeline.hold(int(descriptor))
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))  # waitress ends in order
    from waitress import serve

    from syncadmin.wsgi import application

    with socket.socket(fileno=int(listener)) as bound:
        serve(application, sockets=[bound], threads=THREADS)


if __name__ == "__main__":
    main(*sys.argv[1:])
