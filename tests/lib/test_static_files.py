"""Style sheets are collected into the one that imports them."""

from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from controlpanel.settings import BASE_DIR


@pytest.fixture
def collected(tmp_path: Path, settings: Settings) -> Path:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "controlpanel.lib.static_files.BundledStaticFiles"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path / "css"


def test_one_file_holds_every_style_sheet(collected: Path) -> None:
    (panel,) = collected.glob("panel.*.css")
    text = panel.read_text()
    assert "@import" not in text
    sheets = {path.name for path in (BASE_DIR / "static/css").glob("*.css")} - {"panel.css"}
    assert sheets
    for sheet in sheets:
        assert (BASE_DIR / "static/css" / sheet).read_text().splitlines()[0] in text, sheet
    assert panel.with_name(f"{panel.name}.br").is_file()


def test_the_order_is_that_of_the_imports(collected: Path) -> None:
    (panel,) = collected.glob("panel.*.css")
    text = panel.read_text()
    assert text.index("@layer reset, tokens") < text.index("@layer components")


def test_a_change_of_what_is_imported_changes_the_name(
    collected: Path,
    tmp_path: Path,
    settings: Settings,
) -> None:
    (before,) = collected.glob("panel.*.css")
    changed = tmp_path / "source"
    changed.joinpath("css").mkdir(parents=True)
    for path in (BASE_DIR / "static/css").glob("*.css"):
        changed.joinpath("css", path.name).write_text(path.read_text())
    changed.joinpath("css", "tables.css").write_text("/* other */")
    settings.STATICFILES_DIRS = [changed, *settings.STATICFILES_DIRS]
    settings.STATIC_ROOT = tmp_path / "again"
    call_command("collectstatic", interactive=False, verbosity=0)
    (after,) = (tmp_path / "again/css").glob("panel.*.css")
    assert before.name != after.name
    assert "/* other */" in after.read_text()
