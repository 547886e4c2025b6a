"""The servers and people of tests/vms, and every page they may see, in a pseudo-language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from tests.vms.conftest import account, catalogue, clock, fluence, key, olga, petra, sim

from .catalogs import LANGUAGE, catalogs_make

__all__ = ["account", "catalogue", "clock", "fluence", "key", "olga", "petra", "sim"]


@pytest.fixture(scope="session")
def locale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return catalogs_make(tmp_path_factory.mktemp("translations"))


@pytest.fixture
def pseudo(locale: Path) -> Iterator[None]:
    """Let the browser's language be the pseudo-language."""
    languages = [*settings.LANGUAGES, (LANGUAGE, "Pseudo")]
    with override_settings(LANGUAGES=languages, LOCALE_PATHS=[locale]):
        yield
