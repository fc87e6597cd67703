"""Accounts that are locked, closed and signed out; the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_with_rowid=True,
    )
    op.create_index(op.f("ix_audit_action"), "audit", ["action"], unique=False)
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)
    op.create_table(
        "failed_sign_in",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=True,
    )
    op.create_index(op.f("ix_failed_sign_in_until"), "failed_sign_in", ["until"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
        sqlite_with_rowid=True,
    )
    op.create_index(op.f("ix_sign_in_name"), "sign_in", ["name"], unique=False)
    op.add_column("account", sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("account", sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("account", sa.Column("subject", sa.String(length=255), nullable=True))
    op.add_column("account", sa.Column("made_at", sa.DateTime(), nullable=True))
    op.create_index(op.f("ix_account_subject"), "account", ["subject"], unique=False)
    op.create_table(
        "contact",
        sa.Column("base", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.PrimaryKeyConstraint("base", "email"),
        sqlite_with_rowid=True,
    )
    op.create_table(
        "api_token",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
        sqlite_with_rowid=True,
    )
    op.create_index(op.f("ix_api_token_account"), "api_token", ["account"], unique=False)
