"""The connection: OCPP-J frames on a WebSocket. Knows no action of any version."""
