"""python -m dashboard: serves the dashboard on HOST and PORT."""

import secrets
import socket
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Engine
from werkzeug.serving import run_simple

from dashboard import logs
from dashboard.accounts import create_account
from dashboard.app import create_app
from dashboard.behind import TrustedProxy
from dashboard.demo import demo_accounts
from etl.config import ROOT, Settings, settings
from etl.console import fail, speaking
from etl.warehouse import connect, require, writing

KEY_FILE = ROOT / "var" / "secret_key"


@speaking
def serve(
    demo: Annotated[bool, typer.Option(help="Make the demo accounts and print their passwords.")] = False,
) -> None:
    """Serve the dashboard."""
    engine = connect()
    require(engine)
    key = settings().secret_key or (_kept_key(KEY_FILE) if demo else None)
    if not key:
        fail(
            "SECRET_KEY is not set; set it to a long random text "
            "(python -c 'import secrets; print(secrets.token_hex(32))'), or try the demo with --demo"
        )
    chosen = settings()
    if _taken(chosen.host, chosen.port):
        fail(f"port {chosen.port} is taken by another program; choose another one, such as PORT={chosen.port + 1}")
    if demo:
        _make_demo_accounts(engine)
    print(f"Basewatch: http://{chosen.host}:{chosen.port}", flush=True)
    logs.set_up(chosen.log_format, chosen.log_level)
    _run(create_app(engine, key).server, chosen)


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
    typer.run(serve)
