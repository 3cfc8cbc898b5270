"""`python -m tests.faults.lossy_server`: the server, on a disk that may lose power.

KEPT_FOLDER names the folder that holds what is synced (see `lossy_disk`).
"""

import logging
import os
from pathlib import Path

from server.__main__ import main
from tests.faults.lossy_disk import LossyDisk

if __name__ == "__main__":
    disk = LossyDisk(Path(os.environ["KEPT_FOLDER"]))
    code = main()
    logging.shutdown()
    os._exit(code)  # Python's own end would take the layer away under SQLite
