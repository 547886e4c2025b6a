"""Static files as visitors get them: compressed, their hash in their name, style sheets in one."""

import re
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = re.compile(r'^@import "([\w-]+\.css)";$', re.MULTILINE)


class BundledStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """A style sheet holds what it imports from its own folder: one request in place of a dozen.

    Not collected, as while developing, browsers follow the imports themselves.
    """

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Any:  # noqa: ANN401 - an iterator of Django's
        """Hash and compress what was collected; `paths` is where each file comes from, by name."""
        bundles = InMemoryStorage()
        for name, (storage, path) in list(paths.items()):
            if name.endswith(".css") and _IMPORT.search(text := _read(storage, path)):
                folder = name.rpartition("/")[0]
                bundle = _IMPORT.sub(lambda of: _read(*paths[f"{folder}/{of[1]}"]), text)  # noqa: B023
                bundles.save(name, ContentFile(bundle.encode()))
                paths[name] = (bundles, name)
        return super().post_process(paths, dry_run=dry_run, **options)


def _read(storage: Storage, path: str) -> str:
    with storage.open(path, "r") as file:
        return str(file.read())
