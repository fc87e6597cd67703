"""python -m dashboard: serves the dashboard on HOST and PORT, and knows who may sign in."""

import secrets
import socket
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from werkzeug.serving import run_simple

from dashboard import account_commands, logs
from dashboard.accounts import create_account
from dashboard.app import create_app
from dashboard.behind import TrustedProxy
from dashboard.demo import demo_accounts
from dashboard.fitness import fit_for_demo, fit_for_use
from etl.config import ROOT, Settings, settings
from etl.console import fail, run, speaking
from etl.warehouse import connect, reading, require, writing

KEY_FILE = ROOT / "var" / "secret_key"


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, invoke_without_command=True)
app.add_typer(account_commands.app, name="accounts")


@app.callback(invoke_without_command=True)
def dashboard(
    context: typer.Context,
    demo: Annotated[bool, typer.Option(help="Make the demo accounts and print their passwords.")] = False,
) -> None:
    """Serve the dashboard."""
    if context.invoked_subcommand is None:
        serve(demo)


@speaking
def serve(demo: bool) -> None:
    chosen, engine = settings(), connect()
    require(engine)
    with reading(engine) as connection:
        (fit_for_demo if demo else fit_for_use)(chosen, connection)
    key = chosen.secret_key or _kept_key(KEY_FILE)
    if _taken(chosen.host, chosen.port):
        fail(f"port {chosen.port} is taken by another program; choose another one, such as PORT={chosen.port + 1}")
    if demo:
        _make_demo_accounts(engine)
    server = create_app(engine, key).server
    if server.debug:
        fail("the debug mode is on, which shows the program to everybody; unset FLASK_DEBUG")
    print(f"Basewatch: http://{chosen.host}:{chosen.port}", flush=True)
    logs.set_up(chosen.log_format, chosen.log_level)
    _run(server, chosen)


def _taken(host: str, port: int) -> bool:
    """Whether another program listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host if host != "0.0.0.0" else "127.0.0.1", port)) == 0  # noqa: S104 (it is compared)


def _kept_key(file: Path) -> str:
    """A random key, the same at every start so that nobody is signed out."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


def _make_demo_accounts(engine: Engine) -> None:
    with writing(engine) as connection:
        accounts = demo_accounts(connection)
        for account in accounts:
            create_account(connection, account.name, account.password, account.role, account.place, demo=True)
    print("Demo accounts (name / password):")
    for account in accounts:
        place = f" · {account.place}" if account.place else ""
        print(f"  {account.name} / {account.password}{place}")


def _run(server, chosen: Settings) -> None:
    """With gunicorn where it runs; else with Flask's own server."""
    application = TrustedProxy(server, chosen.forwarded_allow_ips)
    try:
        from dashboard.serving import Gunicorn, options
    except ImportError:  # no gunicorn on Windows
        run_simple(chosen.host, chosen.port, application, threaded=True)
    else:
        Gunicorn(application, options(chosen)).run()


if __name__ == "__main__":
    run(app, "python -m dashboard")
