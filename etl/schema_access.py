"""The tables of who may do what, and who did what, each with its grain. They stay on one machine: they are small, and a
programme that is sharded by base asks them by other keys."""

from sqlalchemy import Boolean, Column, DateTime, Integer, String, Text, false

from etl.schema import SHA256, table

NAME = String(80)

# `scope`: the province or base the role is bound to; `must_change`: the password was given by somebody else; `closed`: may
# not sign in; `subject`: as whom the programme's single sign-on knows the person.
# One row per person who may sign in.
account = table(
    "account",
    Column("name", NAME, primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(40), nullable=False),
    Column("scope", String(40)),
    Column("demo", Boolean, nullable=False, default=False),
    Column("must_change", Boolean, nullable=False, server_default=false()),
    Column("closed", Boolean, nullable=False, server_default=false()),
    Column("subject", String(255), index=True),
    Column("made_at", DateTime),
)

# `name`: its hash, whether there is such an account or not, so that nobody learns which there are; `failures`: in a row;
# `until`: no attempt is heard before.
# One row per name that was tried with a wrong password lately.
failed_sign_in = table(
    "failed_sign_in",
    Column("name", SHA256, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", DateTime, nullable=False, index=True),
)

# `token`: the hash of what the browser's cookie holds; `seen_at`: of the last request, to some minutes.
# One row per sign-in that has not ended.
sign_in = table(
    "sign_in",
    Column("token", SHA256, primary_key=True),
    Column("name", NAME, nullable=False, index=True),
    Column("since", DateTime, nullable=False),
    Column("seen_at", DateTime, nullable=False),
)

# `token`: the hash of what the program shows; it sees what the account sees, until `expires` at the latest.
# One row per token of a program that asks the API.
api_token = table(
    "api_token",
    Column("token", SHA256, primary_key=True),
    Column("account", NAME, nullable=False, index=True),
    Column("label", String(80), nullable=False),
    Column("made_at", DateTime, nullable=False),
    Column("expires", DateTime, nullable=False),
)

# Rows are only ever added, in the order of their numbers. `origin`: the address it came from, or "command"; `subject`: the
# table and key of what it was done to; `detail`: JSON; `hash`: of the row and of the row before, so that nothing can be
# changed, left out or put in unseen.
# One row per thing that somebody did, or tried to.
audit = table(
    "audit",
    Column("number", Integer, primary_key=True),
    Column("at", DateTime, nullable=False),
    Column("by", NAME, nullable=False),
    Column("origin", String(60), nullable=False),
    Column("action", String(40), nullable=False, index=True),
    Column("subject", String(200), nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("hash", SHA256, nullable=False),
)
