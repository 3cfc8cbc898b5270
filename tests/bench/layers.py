"""What a server uses of the processor, thread by thread.

The operating system keeps these accounts. A sampling profiler would also count a thread that waits
for its turn on the core, and so mistake a busy neighbour for work.
"""

from typing import NamedTuple

import psutil


class Used(NamedTuple):
    """Seconds of the processor: the event loop's, the write lane's, and the kernel's for both."""

    loop: float
    lane: float
    kernel: float

    @classmethod
    def by(cls, process: psutil.Process) -> "Used":
        """What the process has used until now; all threads but the first are the lane's here."""
        threads = process.threads()
        user = {each.id: each.user_time for each in threads}
        loop = user.pop(process.pid)
        return cls(loop, sum(user.values()), sum(each.system_time for each in threads))

    def told(self, before: "Used", messages: float) -> str:
        """What one of so many messages used."""
        used = (now - then for now, then in zip(self, before, strict=True))
        loop, lane, kernel = (each / messages * 1e6 for each in used)
        return f"event loop {loop:.0f} µs, write lane {lane:.0f} µs, kernel {kernel:.0f} µs"
