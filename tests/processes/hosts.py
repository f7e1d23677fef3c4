"""Two hosts for tests, each with lines of its own to what they share; a host can be cut off.

Where the machine allows it (root, iproute2) a host is a network namespace with a cable to a bridge,
and its programs have a host name and process ids of their own. Elsewhere only the lines are cut.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.conftest import TEST_NET

LOCAL = "127.0.0.1"
NAMED = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--uts", "sh", "-c")


class NoNamespaces(Exception):
    """This machine lets nobody make networks; says why."""


class Line:
    """A way to a port of this machine. Cut, it keeps what is on the way until it is mended, as a
    network does in which nobody is told that a cable is out.
    """

    def __init__(self, port: int, listen: str) -> None:
        self._target = (LOCAL, port)
        self._up = threading.Event()
        self._up.set()
        self._watched, self._seen = b"", threading.Event()
        self._server = socket.create_server((listen, 0))
        self.address = f"{listen}:{self._server.getsockname()[1]}"
        self._threads: list[threading.Thread] = []
        self._ends: list[socket.socket] = []
        self._run(self._accept)

    def cut(self) -> None:
        self._up.clear()

    def mend(self) -> None:
        self._up.set()

    def cut_at(self, words: bytes) -> threading.Event:
        """Cut it as soon as somebody says `words`, which are then on the way; set when that was."""
        self._watched, self._seen = words, threading.Event()
        return self._seen

    def close(self) -> None:
        self.mend()
        for end in (self._server, *self._ends):  # who hung up while it was cut may never be heard
            _hang_up(end)
        for thread in self._threads:
            thread.join(timeout=10)

    def _accept(self) -> None:
        with self._server, contextlib.suppress(OSError):
            while True:
                caller, _ = self._server.accept()
                self._run(self._connect, caller)

    def _connect(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(self._target) as called:
            self._ends += [caller, called]
            back = threading.Thread(target=self._carry, args=(called, caller))
            back.start()
            self._carry(caller, called, is_watched=True)
            back.join()

    def _carry(self, source: socket.socket, sink: socket.socket, *, is_watched=False) -> None:
        with contextlib.suppress(OSError):
            while said := source.recv(65536):
                if is_watched and self._watched and self._watched in said:
                    self._watched = b""
                    self.cut()
                    self._seen.set()
                self._up.wait()
                sink.sendall(said)
        self._up.wait()  # that somebody hung up is not heard either
        _hang_up(source)
        _hang_up(sink)

    def _run(self, work, *arguments) -> None:
        self._threads.append(threading.Thread(target=work, args=arguments, daemon=True))
        self._threads[-1].start()


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@dataclass
class Host:
    """Where programs run: `within` goes before their command, `address` is where they listen."""

    name: str
    address: str = LOCAL
    gateway: str = LOCAL
    within: tuple[str, ...] = ()
    cable: str = ""
    lines: list[Line] = field(default_factory=list)

    def line(self, port: int) -> Line:
        """A new way from this host to a port of the machine."""
        self.lines.append(Line(port, self.gateway))
        return self.lines[-1]

    def cut_off(self) -> None:
        if self.cable:
            ip("link", "set", self.cable, "down")
        for line in self.lines:
            line.cut()

    def bring_back(self) -> None:
        if self.cable:
            ip("link", "set", self.cable, "up")
        for line in self.lines:
            line.mend()


@contextlib.contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """As far apart as this machine can hold them; gone at the end."""
    with contextlib.ExitStack() as kept:
        try:
            hosts = kept.enter_context(_namespaces())
        except NoNamespaces as reason:
            print(f"No network namespaces, so only the lines are cut: {reason}")  # noqa: T201
            hosts = (Host("left"), Host("right"))
        try:
            yield hosts
        finally:
            for line in (*hosts[0].lines, *hosts[1].lines):
                line.close()


@contextlib.contextmanager
def _namespaces() -> Iterator[tuple[Host, Host]]:
    """Raises NoNamespaces."""
    number = os.getpid() % 250
    gateway, bridge = f"{TEST_NET}{number}.1", f"sync{number}"
    with contextlib.ExitStack() as undo:
        try:
            ip("link", "add", bridge, "type", "bridge")
            undo.callback(ip, "link", "del", bridge)
            ip("address", "add", f"{gateway}/24", "dev", bridge)
            ip("link", "set", bridge, "up")
            hosts = [
                _plugged_in(Host(name, f"{TEST_NET}{number}.{last}", gateway), bridge, undo)
                for last, name in ((2, "left"), (3, "right"))
            ]
            _must_reach(hosts[0], gateway)
        except (OSError, subprocess.SubprocessError) as error:
            raise NoNamespaces(getattr(error, "stderr", None) or str(error)) from error
        yield hosts[0], hosts[1]


def _plugged_in(host: Host, bridge: str, undo: contextlib.ExitStack) -> Host:
    space, host.cable = f"{bridge}-{host.name}", f"{bridge}{host.name[0]}"
    ip("netns", "add", space)
    undo.callback(ip, "netns", "del", space)
    ip("link", "add", host.cable, "type", "veth", "peer", "name", "eth0", "netns", space)
    undo.callback(ip, "link", "del", host.cable)
    ip("link", "set", host.cable, "master", bridge, "up")
    ip("-n", space, "address", "add", f"{host.address}/24", "dev", "eth0")
    for device in ("eth0", "lo"):
        ip("-n", space, "link", "set", device, "up")
    named = (*NAMED, f'hostname {host.name} && exec "$@"', host.name)
    host.within = ("ip", "netns", "exec", space, *named)
    return host


def _must_reach(host: Host, gateway: str) -> None:
    """A firewall, or a machine that only seems to have namespaces, is seen here."""
    with socket.create_server((gateway, 0)) as server:
        to = f"/dev/tcp/{gateway}/{server.getsockname()[1]}"
        call = [*host.within, "bash", "-c", f": >{to}"]
        subprocess.run(call, check=True, capture_output=True, text=True, timeout=10)


def ip(*arguments: str) -> None:
    """iproute2. Raises OSError where it is missing, CalledProcessError where it refuses."""
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)
