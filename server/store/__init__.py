"""The store: models and migrations, the write lane, the outbox. SQLite and PostgreSQL."""
