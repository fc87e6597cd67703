"""What a proxy says is believed where the settings name it, and nowhere else."""

import pytest

from dashboard.behind import TrustedProxy
from etl.config import SettingError, settings


def seen(trusted, peer, **headers):
    """(address, scheme, host) as the application sees them."""
    told = []

    def application(environ, start_response):
        told.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"]))
        return [b""]

    environ = {
        "REMOTE_ADDR": peer, "wsgi.url_scheme": "http", "HTTP_HOST": "basewatch.example", "SERVER_NAME": "x",
        "SERVER_PORT": "80", "HTTP_X_FORWARDED_FOR": "192.0.2.1, 198.51.100.7", "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PREFIX": "/evil", **headers,
    }  # fmt: skip
    TrustedProxy(application, trusted)(environ, None)
    return told[0]


@pytest.fixture
def trusted(monkeypatch):
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.1,10.9.0.0/24")
    settings.cache_clear()
    yield settings().forwarded_allow_ips
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.parametrize("peer", ["10.0.0.1", "10.9.0.77", "::ffff:10.0.0.1"])
def test_a_trusted_proxy_says_who_asks_and_how(trusted, peer):
    assert seen(trusted, peer) == ("198.51.100.7", "https", "basewatch.example")


@pytest.mark.parametrize("peer", ["10.0.0.2", "10.9.1.1", "127.0.0.1", "", "198.51.100.7"])
def test_from_others_the_headers_mean_nothing(trusted, peer):
    assert seen(trusted, peer) == (peer, "http", "basewatch.example")


def test_without_the_setting_nobody_is_trusted():
    assert settings().forwarded_allow_ips == ()
    assert seen((), "127.0.0.1") == ("127.0.0.1", "http", "basewatch.example")


@pytest.mark.parametrize("text", ["*", "10.0.0.1/8", "proxy.example"])
def test_only_addresses_and_networks_can_be_trusted(monkeypatch, text):
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", text)
    settings.cache_clear()
    with pytest.raises(SettingError, match="FORWARDED_ALLOW_IPS"):
        settings()
    monkeypatch.undo()
    settings.cache_clear()
