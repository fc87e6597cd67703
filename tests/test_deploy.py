"""docs/deploy: what can be known of the container's and the services' files without an engine to run them."""

import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest
import yaml

from etl.config import ROOT, SECRETS, VARIABLES

DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
PYTHON = "/srv/basewatch/.venv/bin/python"
SETTINGS = {*VARIABLES, *(f"{secret}_FILE" for secret in SECRETS)}
OTHERS = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
"""Of Python itself."""


def instructions():
    """(word, rest) of each instruction of the Containerfile."""
    text = "\n".join(line for line in (DEPLOY / "Containerfile").read_text().splitlines() if not line.startswith("#"))
    lines = text.replace("\\\n", " ").splitlines()
    return [tuple(line.split(None, 1)) for line in lines if line.strip()]


def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


# The container


def copied():
    return [shlex.split(rest)[:-1] for word, rest in instructions() if word == "COPY"]


def test_what_is_copied_is_there():
    sources = [source for each in copied() for source in each]
    assert "requirements.txt" in sources
    for source in sources:
        assert (ROOT / source).is_dir() == source.endswith("/")
        assert (ROOT / source).exists(), source


def test_what_is_copied_is_enough_and_is_not_written_to(tmp_path):
    """The warehouse is made and the application put together from those files alone; nothing is left beside them."""
    for source in (source for each in copied() for source in each):
        copy = shutil.copytree if source.endswith("/") else shutil.copy
        copy(ROOT / source, tmp_path / source)
    before = everything_in(tmp_path)
    known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    script = "from dashboard.app import create_app; print(create_app(secret_key='x').server.name)"
    for command in (("-m", "etl", "init"), ("-c", script)):
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env={**known, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    made = everything_in(tmp_path) - before
    assert "var/warehouse.db" in made
    assert {path.split("/")[0] for path in made} == {"var"}


def everything_in(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_it_does_not_run_as_root_and_stops_like_the_server():
    given = dict(instructions())
    assert int(given["USER"]) > 0
    assert [word for word, _ in instructions()].index("USER") > max(
        place for place, (word, _) in enumerate(instructions()) if word in ("COPY", "RUN")
    )
    assert given["STOPSIGNAL"] == "SIGTERM"
    assert "/health" in given["HEALTHCHECK"]


def test_it_has_the_python_that_the_packages_were_resolved_for():
    given = next(rest for word, rest in instructions() if word == "ARG")
    least = re.search(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text())
    assert least is not None
    assert given == f"PYTHON={least[1]}"


# The services of compose.yaml


def services():
    return compose()["services"]


def test_every_secret_of_compose_is_a_file_that_git_ignores():
    told = compose()
    for service in services().values():
        assert set(service.get("secrets", ())) <= told["secrets"].keys()
        for name, value in service["environment"].items():
            if name.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"], name
    for secret in told["secrets"].values():
        assert secret["file"].startswith("secrets/")
        assert not (DEPLOY / secret["file"]).exists()
    assert "docs/deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_services_name_settings_that_exist():
    for name, service in services().items():
        given = set(service["environment"])
        assert {one for one in given if one not in SETTINGS and not one.startswith("POSTGRES_")} == set(), name
        for other in service.get("depends_on", {}):
            assert other in services()
    paths = {service["build"]["dockerfile"] for service in services().values() if "build" in service}
    assert paths == {"docs/deploy/Containerfile"}
    assert (DEPLOY / services()["dashboard"]["build"]["context"]).resolve() == ROOT


def test_it_is_given_longer_to_stop_than_requests_may_take():
    grace = VARIABLES["GRACEFUL_TIMEOUT"][1]("30")
    assert int(services()["dashboard"]["stop_grace_period"].removesuffix("s")) > grace
    unit = (DEPLOY / "basewatch.service").read_text()
    assert int(re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)[0]) > grace


# systemd


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_units_are_what_systemd_understands(unit, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    for one in UNITS:  # a timer needs its service beside it; the program must be there
        (tmp_path / one.name).write_text(one.read_text().replace(PYTHON, sys.executable))
    told = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / unit.name)], capture_output=True, text=True, timeout=60,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )  # fmt: skip
    assert (told.returncode, [line for line in told.stderr.splitlines() if "basewatch" in line]) == (0, [])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_units_name_settings_and_secrets_that_exist(unit):
    text = unit.read_text()
    given = [part for line in re.findall(r"^Environment=(.*)$", text, re.MULTILINE) for part in line.split()]
    loaded = re.findall(r"^LoadCredential=(\w+):/etc/basewatch/\1$", text, re.MULTILINE)
    for part in given:
        name, value = part.split("=")
        assert name in SETTINGS | OTHERS
        if name.endswith("_FILE"):
            assert value.removeprefix("%d/") in loaded
    for module in re.findall(r"^ExecStart=\S+ -m (\w+)", text, re.MULTILINE):
        assert (ROOT / module / "__main__.py").exists()


def test_the_file_of_settings_names_settings_that_exist():
    names = re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "settings.env").read_text(), re.MULTILINE)
    assert len(names) > 4
    assert set(names) <= VARIABLES.keys() - set(SECRETS)


def test_no_secret_stands_in_these_files():
    for file in DEPLOY.iterdir():
        if file.is_file():
            assert not re.search(r"(PASSWORD|SECRET_KEY|TOKEN|_URL)=(?!%d|/run/secrets)\S", file.read_text()), file.name
