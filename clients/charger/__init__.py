"""A simulated charging station: OCPP 1.6J, 2.0.1 and 2.1, as a library and as a command.

Under your hand, for tests. Each call below is one or two OCPP messages; it returns the answer's
payload (a dict with OCPP's own keys) and raises `CallError`, `Disconnected` or `TimeoutError`:

    async with Station("ws://127.0.0.1:8080/ocpp", "CP-1", "a long password") as station:
        await station.boot()                          # BootNotification
        await station.announce()                      # StatusNotification of 0, 1, …, if new
        await station.plug_in(1)                      # StatusNotification Preparing
        status = await station.authorize("TAG")       # Authorize -> "Accepted", "Invalid", …
        session = await station.start(1, "TAG")       # StartTransaction, then Charging
        session.transaction_id, session.accepted      # what the answer said
        await session.meter(energy_wh=1200)           # MeterValues; Wh since the start
        await session.stop("Local", energy_wh=5000)   # StopTransaction, then Finishing
        await station.unplug(1)                       # StatusNotification Available

Exactly as you want it: `time=`, `message_id=`, `meter_start=` where they apply; any call by
`station.call("Action", {…}, message_id=…)`; any frame by `station.call_raw([2, 17, "Heartbeat",
{}])`, which returns the whole answering frame and may be called many times at once, and
`station.send_raw("no frame")`; frames that answered nothing come from `station.receive_raw()`.
`observer=lambda direction, text: …` sees every frame.

What the central system asks is answered as a station does it, and then done: a remote start plugs
the waiting car in and starts, a reset ends sessions, reconnects and boots, a log is uploaded over
HTTP, and firmware is fetched so, installed and booted. To see it coming or to
answer otherwise:

    command = await station.received("Reset")         # .message_id, .action, .payload
    station.answer_with("Reset", {"status": "Rejected"})
    station.answer_with("Reset", CallError("InternalError"))
    station.answer_with("Reset", None)                # no answer at all
    await station.until(lambda: station.connectors[1].session is not None)

Networks fail: `station.cut()` drops the connection without a word, `station.disconnect()` with
one. Starts, meter values and stops are then queued, in order, each with its own message id, and
`connect()` then `flush()` sends them; the calls return None while their message waits.

Security: `Station(…, security=Security(trusted=…, certificate=…, key=…))` speaks TLS to a `wss://`
URL. It takes roots, passwords, profiles and certificates as it is told to, and dials again.

Living on its own, for demonstrations and crowds: `life.run(station)` connects, boots, beats,
meters, and comes back with patience; `visits` brings cars; `behaviours` makes it offline, wrong of
clock or faulty; `fleet` runs many. The command: `python -m clients.charger --help`.

    await run_fleet([Resident(Station(url, name), PROFILES["faulty"], LIVELY) for name in names])

A version of OCPP is a `Dialect` (dialect.py): how things are said, and how one is told. The calls
above are the same in each; in 2.x a session is told in TransactionEvents, and has its id at once:

    station = Station(url, name, password, dialect=Ocpp201())     # or Ocpp21()
"""

from clients.charger.car import AC_11KW, AC_22KW, DC_50KW, DC_150KW, Car, Outlet
from clients.charger.clock import Clock, StuckClock
from clients.charger.connector import Connector, Fault
from clients.charger.endpoint import Command
from clients.charger.exchange import Hardware
from clients.charger.frames import CallError, Disconnected, Payload
from clients.charger.ocpp16 import Ocpp16
from clients.charger.ocpp201 import Ocpp21, Ocpp201
from clients.charger.operations import start_up
from clients.charger.session import Session
from clients.charger.station import Station

__all__ = [
    "AC_11KW",
    "AC_22KW",
    "DC_50KW",
    "DC_150KW",
    "CallError",
    "Car",
    "Clock",
    "Command",
    "Connector",
    "Disconnected",
    "Fault",
    "Hardware",
    "Ocpp16",
    "Ocpp21",
    "Ocpp201",
    "Outlet",
    "Payload",
    "Session",
    "Station",
    "StuckClock",
    "start_up",
]
