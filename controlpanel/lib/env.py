"""Reading settings from environment variables, or from the files that NAME_FILE names."""

import os
from collections.abc import Mapping

from environ import FileAwareEnv
from environ.fileaware_mapping import FileAwareMapping


class _Variables(FileAwareMapping):  # type: ignore[misc]
    def __getitem__(self, key: str) -> str:
        value: str = super().__getitem__(key)
        # Editors and `echo` end a file with a line break, which is no part of a password.
        return value.rstrip("\r\n") if f"{key}_FILE" in self.env else value


class PanelEnv(FileAwareEnv):  # type: ignore[misc]
    """As FileAwareEnv, without the line break at the end of a file."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.ENVIRON = _Variables(os.environ if variables is None else variables)
