"""Alembic's head is what the models say, on both databases, and there is a way back."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from feedback_api.migrations.run import downgrade, upgrade
from feedback_api.models import Base


def test_head_is_what_the_models_say(desk):
    with desk.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_down_and_up_again(desk):
    engine = desk.database.engine
    downgrade(engine)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    upgrade(engine)
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    upgrade(engine)


def test_sqlite_runs_in_wal(desk):
    if desk.database.engine.dialect.name != "sqlite":
        return
    with desk.database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
