"""Alembic's migrations; each one must suit the version that is still running beside it."""
