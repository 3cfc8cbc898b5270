"""The file layer loses what was not synced, and nothing else: or it would prove nothing."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def rows_after_a_power_cut(folder: Path, synchronous: str, rows: int) -> list[int]:
    """What a writer that had committed so many rows finds when power is back."""
    work, kept = folder / "work", folder / "kept"
    work.mkdir()
    kept.mkdir()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults.lossy_writer"),
            *(str(work / "test.db"), str(kept), synchronous, str(rows)),
        ],
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    with sqlite3.connect(kept / "test.db") as connection:
        return [number for (number,) in connection.execute("SELECT number FROM row")]


@pytest.mark.parametrize("rows", [1, 300, 1_500])  # the last one goes through checkpoints
def test_what_was_synced_is_kept(tmp_path: Path, rows: int) -> None:
    assert rows_after_a_power_cut(tmp_path, "FULL", rows) == list(range(rows))


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_what_was_not_synced_is_lost(tmp_path: Path, synchronous: str) -> None:
    assert rows_after_a_power_cut(tmp_path, synchronous, 300) == []
