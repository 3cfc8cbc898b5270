"""Ampline's server: the API, the OCPP bridge and the event relay over one store."""
