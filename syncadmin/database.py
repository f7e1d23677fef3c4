"""How a connection to PostgreSQL ends when one side falls silent."""


def silence_ends(seconds: int) -> dict[str, object]:
    """Django's OPTIONS: either side gives up a connection on which the other is silent for so long,
    and twice as long where the server waits in the middle of a transaction.

    Without them a host that is cut off waits for an answer for up to two hours, and as long the
    server keeps the rows locked that the host had in an open transaction.

    Sources: PostgreSQL's manual, "Parameter Key Words" (libpq) and "Client Connection Defaults",
    "TCP Settings"; a server's times are in seconds, `tcp_user_timeout` in milliseconds.
    """
    probes = {"idle": seconds // 3, "interval": seconds // 6, "count": 4}
    server = {f"tcp_keepalives_{name}": value for name, value in probes.items()} | {
        "tcp_user_timeout": 1000 * seconds,
        "idle_in_transaction_session_timeout": 2000 * seconds,
    }
    return {
        "connect_timeout": 10,
        "tcp_user_timeout": 1000 * seconds,
        **{f"keepalives_{name}": value for name, value in probes.items()},
        "options": " ".join(f"-c {name}={value}" for name, value in server.items()),
    }
