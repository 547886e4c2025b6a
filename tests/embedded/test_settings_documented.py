"""Every environment variable the panel reads is in the README's table and in .env.example."""

import re
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent.parent
READ = re.compile(r'(?:env\.\w+|_required|_number)\(\s*"([A-Z_]+)"')
COMPOSE = re.compile(r"\$\{([A-Z_]+)")


def _found(pattern: re.Pattern[str], *paths: str) -> set[str]:
    return {name for path in paths for name in pattern.findall((BASE_DIR / path).read_text())}


def _read_by_the_panel() -> set[str]:
    settings = _found(
        READ,
        "controlpanel/settings.py",
        "controlpanel/lib/mail_settings.py",
        "controlpanel/lib/database_settings.py",
        "controlpanel/embedded/environment.py",
    )
    return settings | _found(COMPOSE, "docker-compose.yml")


def test_the_readme_has_a_row_for_every_setting_and_no_other() -> None:
    table = _found(re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE), "README.md")
    assert table == _read_by_the_panel()


def test_the_example_file_has_every_setting_and_no_other() -> None:
    example = _found(re.compile(r"^#?([A-Z_]+)=", re.MULTILINE), ".env.example")
    assert example == _read_by_the_panel()
