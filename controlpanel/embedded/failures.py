"""What ends a command and is no mistake of the panel's, in a sentence for its person."""

import errno

from django.db import DatabaseError

from controlpanel.lib.database import DATABASE_TROUBLE, first_line, is_full
from controlpanel.lib.database_use import DatabaseUnusable, database_require


def sentence_of(error: Exception) -> str | None:
    """Return what to tell instead of a trace; None if the trace is what there is to tell."""
    if isinstance(error, DatabaseUnusable):
        return str(error)
    if isinstance(error, DATABASE_TROUBLE) or type(error) is DatabaseError:
        return _of_database(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"No room is left on the disk ({error.filename}): make room, then start again."
    return None


def _of_database(error: Exception) -> str:
    try:
        database_require()
    except DatabaseUnusable as unusable:
        return str(unusable)
    if is_full(error):
        return "The database has no room left on its disk: make room, then start again."
    return f"The database failed: {first_line(error)}. Try again, or look at its log."
