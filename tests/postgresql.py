"""python -m tests.postgresql COMMAND…: runs it with TEST_DATABASE_URL set to a PostgreSQL server of its own, which is made
for it and gone after it.

The server keeps nothing safe (no fsync): what is tested is what we ask of it, not what it does to the disk.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.served import free_port

PEOPLE = 200
"""So many connections at once: several test processes, each with pools of its own."""
OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", f"max_connections={PEOPLE}")


class Missing(Exception):
    """No PostgreSQL on this machine."""


def programs() -> Path:
    """The folder of initdb and pg_ctl. Raises Missing."""
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise Missing("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def server() -> Iterator[str]:
    """Its URL, as long as it runs. Raises Missing."""
    where = programs()
    with tempfile.TemporaryDirectory(prefix="basewatch-postgresql-") as name, _not_as_root(Path(name)) as user:
        folder, port = Path(name), free_port()
        data, log = folder / "data", folder / "log"
        subprocess.run(
            [where / "initdb", "-D", data, "-U", "basewatch", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, **user,
        )  # fmt: skip
        asked = " ".join(
            ["-c listen_addresses=127.0.0.1", f"-p {port}", f"-k {folder}", *(f"-c {one}" for one in OPTIONS)]
        )
        control = [where / "pg_ctl", "-D", data, "-w"]
        subprocess.run([*control, "-l", log, "-o", asked, "start"], check=True, stdout=subprocess.DEVNULL, **user)
        try:
            yield f"postgresql://basewatch@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, **user)


@contextmanager
def _not_as_root(folder: Path) -> Iterator[dict]:
    """How to start its programs, which refuse to be run by root: then as the user that Debian makes for them."""
    if os.geteuid() != 0:
        yield {}
        return
    person = pwd.getpwnam("postgres")
    os.chown(folder, person.pw_uid, person.pw_gid)
    yield {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": [], "cwd": folder}


def main(command: list[str]) -> int:
    try:
        with server() as url:
            return subprocess.run(command, env={**os.environ, "TEST_DATABASE_URL": url}, check=False).returncode
    except Missing as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
