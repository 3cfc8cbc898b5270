"""Checks the house rules that no linter knows: sizes, names, and what is not to be committed.

python -m tools.house
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
UNTOLD = frozenset({"utils", "util", "helpers", "helper", "manager", "impl", "common", "misc"})
MEASURED = frozenset({".css", ".html", ".js", ".proto", ".py", ".sh", ".ts"})
GENERATED = (
    "clients/python/ampline/v1/",
    "clients/python/buf/",
    "clients/typescript/dist/",
    "clients/typescript/src/gen/",
    "portal/static/vendor/",
)


def main() -> int:
    """Prints every breach; returns 1 when there is one."""
    breaches = [breach for path in project_files() for breach in breaches_of(path, read(path))]
    print("\n".join(breaches), end="\n" if breaches else "", file=sys.stderr)
    return 1 if breaches else 0


def project_files() -> list[Path]:
    """The files that git keeps, or would keep, relative to the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = map(Path, filter(None, told.stdout.split("\0")))
    return sorted({path for path in paths if (ROOT / path).is_file()})


def read(path: Path) -> str:
    """The file's text; of a file that is none, nothing."""
    return (ROOT / path).read_text() if path.suffix in MEASURED else ""


def breaches_of(path: Path, text: str) -> Iterator[str]:
    """Every rule that the file breaks, as `path: what`."""
    if path.as_posix().startswith(GENERATED):
        yield f"{path}: generated files are not committed"
    if path.stem in UNTOLD:
        yield f"{path}: the name does not say what the file does"
    if path.suffix in MEASURED:
        yield from breaches_of_size(path, text)


def breaches_of_size(path: Path, text: str) -> Iterator[str]:
    """Files and Python functions that are too long to be taken in."""
    lines = len(text.splitlines())
    if lines > LONGEST_FILE:
        yield f"{path}: {lines} lines, {LONGEST_FILE} at most"
    for function in functions(text) if path.suffix == ".py" else ():
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > LONGEST_FUNCTION:
            yield f"{path}:{function.lineno}: {function.name} has {length} lines"


def functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


if __name__ == "__main__":
    sys.exit(main())
