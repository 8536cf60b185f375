"""Owner's ticket, turns across processes, reasons, signed-in people, callback slots, attachments, ratings, jobs

Everything is new or nullable: the version before keeps running beside it.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COLUMNS = (
    ("answer", "unsolved_reason", sa.String(length=24)),
    ("conversation", "owner_ticket", sa.String(length=16)),
    ("conversation", "subject", sa.String(length=64)),
    ("conversation", "turn_holder", sa.String(length=40)),
    ("conversation", "turn_until", MOMENT),
    ("ticket", "subject", sa.String(length=64)),
    ("ticket", "callback_from", MOMENT),
    ("ticket", "callback_until", MOMENT),
)
INDEXES = (
    ("conversation", "subject"),
    ("ticket", "subject"),
    ("turn_waiter", "conversation_id"),
    ("attachment", "ticket_id"),
    ("attachment", "event_id"),
)


def parent(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    """`column` of `table` goes with its parent's row."""
    name = op.f(f"fk_{table}_{column}_{of}")
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    for table, name, kind in COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.create_table(
        "job",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
    )
    op.create_table(
        "turn_waiter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        parent("turn_waiter", "conversation_id", "conversation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn_waiter")),
        sa.UniqueConstraint("holder", name=op.f("uq_turn_waiter_holder")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        parent("attachment", "ticket_id", "ticket"),
        parent("attachment", "event_id", "ticket_event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("name", name=op.f("uq_attachment_name")),
    )
    op.create_table(
        "ticket_rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        parent("ticket_rating", "ticket_id", "ticket"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_rating")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_ticket_rating_ticket_id")),
    )
    for table, column in INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    for table, column in reversed(INDEXES):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
    for table in ("ticket_rating", "attachment", "turn_waiter", "job"):
        op.drop_table(table)
    for table, name, _ in reversed(COLUMNS):
        op.drop_column(table, name)
