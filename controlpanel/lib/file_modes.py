"""Files and folders that are for their owner alone, whatever the umask was when they were made."""

import os
import stat
from contextlib import suppress
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def narrow(path: Path, mode: int) -> None:
    """Take from everybody else what they may do with a file or folder of this user's.

    What is not there, is another's, or is for all by its kind (as /tmp) stays as it is.
    """
    with suppress(FileNotFoundError, PermissionError):
        now = path.stat()
        if now.st_mode & OTHERS and not now.st_mode & stat.S_ISVTX and now.st_uid == os.geteuid():
            path.chmod(mode)
