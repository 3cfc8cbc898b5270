"""`python -m tests.faults.lossy_writer DATABASE FOLDER MODE ROWS`: commits; power is cut."""

import os
import signal
import sqlite3
import sys
from pathlib import Path

from tests.faults.lossy_disk import lose_what_is_not_synced


def write(database: str, synchronous: str, rows: int) -> None:
    """Commits so many rows, each by itself."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("CREATE TABLE IF NOT EXISTS row (number INTEGER)")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    for number in range(rows):
        connection.execute("INSERT INTO row VALUES (?)", (number,))


if __name__ == "__main__":
    path, folder, mode, count = sys.argv[1:]
    disk = lose_what_is_not_synced(Path(folder))
    write(path, mode, int(count))
    os.kill(os.getpid(), signal.SIGKILL)
