"""The OCPP bridge: chargers connect here.

The path of a message: `link.socket` (WebSocket) → `link.frames` (OCPP-J) → `hearing`
(schema, repair, the dialect's fact) → one job on the write lane (`duties`: the work
verb; the answer; the message log) → commit → the answer's frame. What is version's own
stands in a `dialect.Dialect`: there are those of 1.6, of 2.0.1 and of 2.1.
"""
