"""The locks are complete, current, and say nothing of where packages come from."""

import pytest

from tools import locks

LOCK = """\
flask==3.1.3 \\
    --hash=sha256:55ca7c70
    # via
    #   ampline-platform (pyproject.toml)
    #   flask-more
click==8.5.1 ; sys_platform == 'win32' \\
    --hash=sha256:6392e50c
    # via flask
psycopg[binary]==3.3.9 \\
    --hash=sha256:8b094a80
    # via ampline-platform (pyproject.toml:dev)
"""


def test_only_what_we_asked_for_ourselves_counts() -> None:
    assert locks.locked_for_us(LOCK) == {"flask": "3.1.3", "psycopg": "3.3.9"}


@pytest.mark.parametrize(
    "line",
    [
        "--index-url somewhere",
        "--find-links wheels",
        '"resolved": "https://packages.example/a.tgz"',
        "ampline @ git+ssh://example/a",
        "a @ file:///home/a",
    ],
)
def test_addresses_are_seen(line: str) -> None:
    assert locks.ADDRESS.match(line)
    assert not any(locks.ADDRESS.match(locked) for locked in LOCK.splitlines())
