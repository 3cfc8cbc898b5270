"""A customer's receiver as a process of its own, which can be killed at any moment.

python -m tests.faults.webhook_receiver PORT FILE SECRET: what it verified is on the disk, as a line
with its id and subject, before it answers.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from aiohttp import web
from standardwebhooks.webhooks import Webhook


async def serve(port: int, file: Path, secret: str) -> None:
    """Listens until it is killed. A wrong signature is a line that no test expects."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            Webhook(secret).verify(body, dict(request.headers))
        except Exception:
            os.write(descriptor, b"WRONG signature\n")
            raise
        subject = json.loads(body)["subject"]
        os.write(descriptor, f"{request.headers['webhook-id']} {subject}\n".encode())
        os.fsync(descriptor)
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
