"""The verbs: load rows, call the domain, save rows, tell the outbox.

Each verb is a plain function of a `Unit`, one transaction; it touches nothing but
the database, so that the write lane may run it again.
"""
