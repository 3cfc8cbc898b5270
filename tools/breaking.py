"""Compares the API with that of the last release tag: nothing a client relies on may change.

python -m tools.breaking
"""

import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tools import protos

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Returns buf's exit code; 0 when there is no release to compare with."""
    release = last_release()
    if release is None:
        print("buf breaking: skipped, there is no release tag (v*) yet")
        return 0
    with tempfile.TemporaryDirectory() as name:
        before = Path(name, "before.binpb")
        unpack(release, Path(name))
        made = protos.write_descriptors(Path(name, "protos"), before)
        return made or compare(before, protos.TARGET / protos.DESCRIPTORS)


def last_release() -> str | None:
    """The nearest tag v* in the history of HEAD."""
    command = ["git", "describe", "--tags", "--abbrev=0", "--match", "v*"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return told.stdout.strip() or None


def unpack(release: str, folder: Path) -> None:
    """Writes the protos of the release below `folder`."""
    command = ["git", "archive", release, "protos"]
    packed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def compare(before: Path, now: Path) -> int:
    """Asks buf whether the descriptors `now` still serve the clients of `before`: then 0."""
    buf = Path(sys.executable).parent / "buf"
    command = [str(buf), "breaking", str(now), "--against", str(before), "--path", "ampline"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
