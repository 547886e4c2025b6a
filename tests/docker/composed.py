"""docker-compose.yml brought up by a real daemon, from a copy of the project."""

import base64
import os
import secrets
import shutil
import subprocess
from pathlib import Path

import yaml

from tests.stack import BASE_DIR, free_ports

# What .dockerignore lets in, and what compose itself reads.
COPIED = (
    *("Dockerfile", ".dockerignore", "docker-compose.yml", "Caddyfile", "manage.py"),
    *("requirements", "static", "templates", "controlpanel", "vms"),
)
IMAGE = "fluence-team-console"
ANSWERS = "import socket; socket.create_connection(('127.0.0.1', 9300), 4)"


def missing() -> str:
    """Tell what is not there to try the compose file with; nothing if all is."""
    if shutil.which("docker") is None:
        return "Docker is not installed"
    for words, what in (
        (("docker", "info"), "no Docker daemon answers"),
        (("docker", "compose", "version"), "Docker has no compose plugin"),
    ):
        if subprocess.run(words, capture_output=True, check=False).returncode:
            return what
    for image in _base_images():
        if _docker("image", "inspect", image) and _docker("pull", "--quiet", image):
            return f"{image} is not there, and cannot be pulled"
    return ""


def _docker(*words: str) -> int:
    return subprocess.run(("docker", *words), capture_output=True, check=False).returncode


def _base_images() -> set[str]:
    lines = (BASE_DIR / "Dockerfile").read_text().splitlines()
    named = {words[1] for line in lines if (words := line.split()) and words[0] == "FROM"}
    services = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"]
    named |= {service["image"] for service in services.values()}
    return {name for name in named if ":" in name}


class Composed:
    """The panel in containers, with the simulator beside it; `url` is what a visitor opens."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "panel"
        self.project = f"panel-test-{secrets.token_hex(4)}"
        http, https = free_ports(2)
        self.url = f"http://localhost:{http}"
        self.passwords = {
            name: secrets.token_hex(24)
            for name in ("POSTGRES_PASSWORD", "POSTGRES_APP_PASSWORD", "VALKEY_PASSWORD")
        }
        self._copy()
        self._write_env(http, https)
        self._write_override()

    def _copy(self) -> None:
        self.folder.mkdir()
        for name in COPIED:
            source, target = BASE_DIR / name, self.folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        file = self.folder / "docker-compose.yml"
        # Not the images of a panel that this machine runs.
        file.write_text(file.read_text().replace(f"image: {IMAGE}", f"image: {self.project}"))

    def _write_env(self, http: int, https: int) -> None:
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        settings = self.passwords | {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "ENCRYPTION_KEYS": key,
            "PUBLIC_URL": self.url,
            "SITE_ADDRESS": "http://:80",
            "HTTP_BIND": f"127.0.0.1:{http}",
            "HTTPS_BIND": f"127.0.0.1:{https}",
            "FLUENCE_API_URL": "http://simulator:9300",
            "FLUENCE_WITHOUT_TLS": "on",
            "EMAIL_URL": "consolemail://",
        }
        lines = [f"{name}={value}" for name, value in settings.items()]
        (self.folder / ".env").write_text("\n".join(lines))

    def _write_override(self) -> None:
        # Where a daemon's own network reaches no package registry, the machine's does.
        build = {"build": {"network": "host"}}
        panel = dict.fromkeys(("pages", "stream", "worker", "beat", "migrate", "front"), build)
        words = ["simulator", "--host", "0.0.0.0", "--port", "9300", "--speed", "20"]  # noqa: S104
        simulator = {
            "image": self.project,
            "pull_policy": "never",
            "command": ["python", "manage.py", *words, "--state", "/tmp/state.json"],  # noqa: S108
            "env_file": ".env",
            "networks": ["inside"],
            "healthcheck": {"test": ["CMD", "python", "-c", ANSWERS], "interval": "5s"},
        }
        override = {"services": {**panel, "simulator": simulator}}
        (self.folder / "docker-compose.override.yml").write_text(yaml.safe_dump(override))

    def compose(self, *words: str, source: bytes | None = None) -> bytes:
        """Run `docker compose`; return what it printed.

        Raises AssertionError with its complaint.
        """
        # What this process was given is not what the file is to be tried with.
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(
            ("docker", "compose", "--project-name", self.project, *words),
            cwd=self.folder,
            env=kept,
            input=source,
            stdin=subprocess.DEVNULL if source is None else None,
            capture_output=True,
            check=False,
        )
        assert not done.returncode, done.stderr.decode(errors="replace")[-4000:]
        return done.stdout

    def up(self) -> None:
        self.compose("build")
        self.compose("up", "--detach", "--wait", "--wait-timeout", "300")

    def manage(self, *words: str) -> str:
        found = self.compose("exec", "-T", "pages", "python", "manage.py", *words)
        return found.decode()

    def log(self) -> str:
        return self.compose("logs", "--no-color").decode(errors="replace")

    def remove(self) -> None:
        self.compose("down", "--volumes", "--timeout", "5")
        _docker("rmi", "--force", self.project, f"{self.project}-front")
