"""Whether the ports are free: asked before anything is started."""

import errno
import socket
from contextlib import ExitStack

from .environment import Installation


def ports_require_free(installation: Installation) -> None:
    """Stop with one sentence when a port that `run` needs cannot be had."""
    wanted = [("PORT", installation.host, installation.port)]
    if installation.has_valkey:
        wanted.append(("VALKEY_PORT", "127.0.0.1", installation.valkey_port))
    if installation.has_simulator:
        wanted.append(("SIMULATOR_PORT", "127.0.0.1", installation.simulator_port))
    with ExitStack() as held:  # all at once, so that two settings cannot name the same port
        for setting, host, port in wanted:
            held.enter_context(_listen(setting, host, port))


def _listen(setting: str, host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, OverflowError, UnicodeError):
        raise SystemExit(f"Cannot listen on {host}:{port}: check HOST and {setting}.") from None
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(1)
    except OSError as error:
        listener.close()
        raise SystemExit(_refusal(setting, host, port, error)) from None
    return listener


def _refusal(setting: str, host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is already in use: stop what uses it, or choose another one with "
            f"{setting}, for example {setting}={port + 1} make run."
        )
    return f"Cannot listen on {host}:{port} ({error.strerror}): check HOST and {setting}."
