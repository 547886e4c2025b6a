"""Whether the database has room left: found out by having it write, for its disk is not ours."""

import sqlite3

from django.db import OperationalError, connection

from controlpanel.lib.database import sqlite_has_no_room

# More than it may sort in memory, so that it writes some 300 kB where its tables are, and drops
# them again. Nothing of the panel's own is written or locked.
SORT_ON_DISK = """
SET LOCAL work_mem = '64kB';
SELECT count(*) FROM (SELECT n FROM generate_series(1, 20000) AS n ORDER BY n % 7) AS sorted
"""


def write_something() -> None:
    """Have the database write a little.

    Raises:
        django.db.OperationalError: it cannot; `database.is_full` tells whether for lack of room.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(SORT_ON_DISK)
            return
        cursor.execute("SELECT 1")
    if sqlite_has_no_room():
        full = sqlite3.OperationalError("less than a megabyte is left on its disk")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError(*full.args) from full
