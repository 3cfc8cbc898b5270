"""`python -m tests.faults.lossy_writer DATABASE FOLDER MODE ROWS`: commits; power is cut."""

import os
import signal
import sys
from pathlib import Path

import apsw

from tests.faults.lossy_disk import LossyDisk


def write(database: str, synchronous: str, rows: int) -> apsw.Connection:
    """Commits so many rows, each by itself; the connection is open, or it would all be synced."""
    connection = apsw.Connection(database)
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("CREATE TABLE IF NOT EXISTS row (number INTEGER)")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    for number in range(rows):
        connection.execute("INSERT INTO row VALUES (?)", (number,))
    return connection


if __name__ == "__main__":
    path, folder, mode, count = sys.argv[1:]
    disk = LossyDisk(Path(folder))
    writer = write(path, mode, int(count))
    os.kill(os.getpid(), signal.SIGKILL)
