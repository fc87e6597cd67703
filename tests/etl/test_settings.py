"""What settings take, and secrets that stand in files of their own."""

from ipaddress import ip_network

import pytest

from etl.config import SECRETS, SettingError, settings


@pytest.fixture
def read(monkeypatch):
    """read(PORT="9000") → the settings with these variables."""
    for secret in SECRETS:
        monkeypatch.delenv(secret, raising=False)

    def read(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        return settings()

    yield read
    monkeypatch.undo()
    settings.cache_clear()


def test_a_secret_may_stand_in_a_file(read, tmp_path):
    file = tmp_path / "secret"
    file.write_text("kept in a file\n", encoding="utf-8")
    for secret, name in {"SECRET_KEY": "secret_key", "SMTP_URL": "smtp_url", "METRICS_TOKEN": "metrics_token"}.items():
        assert getattr(read(**{f"{secret}_FILE": str(file)}), name) == "kept in a file"


def test_a_secret_that_stands_twice_is_told(read, tmp_path):
    file = tmp_path / "secret"
    file.write_text("one")
    with pytest.raises(SettingError, match="both SECRET_KEY and SECRET_KEY_FILE") as told:
        read(SECRET_KEY="another one", SECRET_KEY_FILE=str(file))
    assert "another" not in str(told.value)


def test_a_file_that_is_not_there_is_told(read, tmp_path):
    with pytest.raises(SettingError, match="DATABASE_URL_FILE"):
        read(DATABASE_URL_FILE=str(tmp_path / "none"))


def test_what_is_no_secret_has_no_file(read, tmp_path):
    file = tmp_path / "port"
    file.write_text("9000")
    assert read(PORT_FILE=str(file)).port == 8050


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("THREADS", "0"), ("THREADS", "many"), ("GRACEFUL_TIMEOUT", "-1"), ("LOG_FORMAT", "xml"), ("LOG_LEVEL", "INFO"),
        ("REMIND_BEFORE_DAYS", "-1"), ("METRICS_ALLOW_IPS", "*"), ("METRICS_ALLOW_IPS", "10.0.0.0/33"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_name(read, variable, text):
    with pytest.raises(SettingError, match=variable):
        read(**{variable: text})


def test_networks_are_given_with_commas(read):
    assert read(METRICS_ALLOW_IPS="10.0.0.1, 10.9.0.0/24,").metrics_allow_ips == (
        ip_network("10.0.0.1/32"),
        ip_network("10.9.0.0/24"),
    )
