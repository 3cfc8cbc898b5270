"""The OCPP bridge: chargers connect here.

The path of a message: `link.socket` (WebSocket) → `link.frames` (OCPP-J) → `hearing`
(schema, repair, the dialect's fact) → one job on the write lane (`duties`: the work
verb; the answer; the message log) → commit → the answer's frame. What is version's own
stands in a `dialect.Dialect`; a second version is a second one of those.
"""
