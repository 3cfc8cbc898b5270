"""Runs the portal: `python -m portal`, with the settings of the environment."""

import os
import sys
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from portal import live
from portal.app import create_app
from portal.settings import Settings

# Every page that is open holds one thread for its live stream.
THREADS = 128
STOP_SECONDS = 2


class PortalWorker(ThreadWorker):  # type: ignore[misc]
    """A worker that ends the live streams when it is asked to stop: nothing else would."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        live.close_all()


class PortalServer(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings instead of a command line of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.choices().items():
            self.cfg.set(name, value)

    def choices(self) -> dict[str, Any]:
        return {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "worker_class": "portal.__main__.PortalWorker",
            "workers": 1,
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": STOP_SECONDS,
            "keepalive": 30,
            "loglevel": (os.environ.get("AMPLINE_LOG_LEVEL") or "warning").lower(),
            "forwarded_allow_ips": "127.0.0.1",
        }

    def load(self) -> Flask:
        return create_app(self._settings)


def main() -> int:
    """Serves until it is told to stop. 2: a setting is wrong."""
    try:
        settings = Settings.from_environment(os.environ)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    PortalServer(settings).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
