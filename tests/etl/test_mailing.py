"""Reminders by e-mail: who gets them, once each, and what happens when a server does not do its part."""

import shutil
import socket
from datetime import timedelta

import pytest

from etl import events, schema
from etl.clock import today
from etl.contacts import contacts
from etl.events import PROVINCE, Actor
from etl.mail import ServerGone, server_of
from etl.registry import open_period
from etl.warehouse import reading, writing
from tests.builders import QUARTERS, load
from tests.smtp_server import certificate, mail_server

NOW = "2026Q4"
ADDRESSES = {
    "R1": ["office@r1.example", "wang.fang@r1.example"],
    "R2": ["r2@r2.example"],
    "E1": ["e1@e1.example"],
    "U1": ["u1@u1.example"],
}
"""I1 has none."""


def due_in(engine, days, period=NOW):
    """Only this quarter is open, and due in so many days."""
    with writing(engine) as connection:
        for known in QUARTERS:
            open_period(connection, known, locked=known != period)
        open_period(connection, period, due=today() + timedelta(days=days))


def mailed(engine):
    """{base: how often a reminder is noted}"""
    with reading(engine) as connection:
        found = events.events_of_quarter(connection, NOW)
    return {base: n for base, each in found.items() if (n := sum(e.event == events.REMINDED for e in each))}


@pytest.fixture
def programme(warehouse):
    with writing(warehouse) as connection:
        rows = [{"base": base, "email": email} for base, emails in ADDRESSES.items() for email in emails]
        connection.execute(schema.contact.insert(), rows)
    due_in(warehouse, 3)
    return warehouse


@pytest.fixture
def server():
    with mail_server() as (port, told):
        yield port, told


@pytest.fixture
def remind(call):
    """remind(port, "--dry-run", REMIND_AFTER_DAYS="3") → (status, out, err)"""

    def remind(port, *options, **variables):
        known = {
            "SMTP_URL": f"smtp+plain://127.0.0.1:{port}",
            "MAIL_FROM": "示范基地项目办公室 <office@programme.example>",
        }
        return call("remind", *options, **(known | variables))

    return remind


def test_each_base_that_has_not_submitted_gets_one_message_in_both_languages(programme, server, remind):
    port, told = server
    status, out, err = remind(port)
    assert status == 0
    assert {tuple(one.to) for one in told.received} == {tuple(emails) for emails in ADDRESSES.values()}
    one = next(one for one in told.received if one.to == ADDRESSES["R1"])
    assert one.sender == "office@programme.example"
    message = one.message
    assert message["From"].addresses[0].display_name == "示范基地项目办公室"
    assert [address.addr_spec for address in message["To"].addresses] == ADDRESSES["R1"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@programme.example>")
    assert message["Date"] is not None
    due = today() + timedelta(days=3)
    subject, text = message["Subject"], message.get_content()
    assert subject == f"{NOW}报表:尚未收到报表 · Return for {NOW}: nothing has come in yet"
    assert f"Your return for {NOW} is due on {due}; nothing has come in yet." in text
    assert f"贵基地{NOW}报表应于{due}前报送,目前尚未收到报表。" in text
    assert text.index("测试基地R1") < text.index("Test base R1")
    assert "4 reminded, 0 not sent, 1 without an address." in out
    assert "I1, before the due day: no address is known" in err
    assert mailed(programme) == {"R1": 1, "R2": 1, "E1": 1, "U1": 1}


def test_nobodys_address_is_told(programme, server, remind):
    port, told = server
    told.refused |= {"wang.fang@r1.example", "r2@r2.example"}
    _, out, err = remind(port)
    assert "@" not in out + err
    assert "R1, before the due day: reminded, at 2 addresses" in out


def test_a_second_run_sends_nothing(programme, server, remind):
    port, told = server
    remind(port)
    status, out, _ = remind(port)
    assert (status, len(told.received)) == (0, 4)
    assert "0 reminded, 0 not sent, 1 without an address." in out


def test_once_before_and_once_after_the_due_day(programme, server, remind, monkeypatch):
    port, told = server
    remind(port)
    for days, sent in ((0, 4), (-1, 8), (-2, 8)):
        due_in(programme, days)
        redate(programme, 3 - days)
        remind(port)
        assert len(told.received) == sent, days
    assert "was due on" in told.received[-1].message.get_content()
    assert mailed(programme) == {"R1": 2, "R2": 2, "E1": 2, "U1": 2}


def redate(engine, days):
    """The first reminders were sent before the due day of now."""
    table = schema.return_event
    with writing(engine) as connection:
        connection.execute(table.update().where(table.c.number == 1).values(day=today() - timedelta(days=days)))


@pytest.mark.parametrize(
    ("days", "before", "after", "sent"),
    [
        (6, 5, 1, 0), (5, 5, 1, 4), (0, 5, 1, 4), (0, 0, 1, 0), (-1, 5, 1, 4), (-1, 5, 2, 0), (-2, 5, 2, 4), (-9, 5, 0, 0),
        (-30, 5, 1, 4), (-31, 5, 1, 0),
    ],
)  # fmt: skip
def test_on_which_days_it_is_sent(programme, server, remind, days, before, after, sent):
    port, told = server
    due_in(programme, days)
    remind(port, REMIND_BEFORE_DAYS=str(before), REMIND_AFTER_DAYS=str(after))
    assert len(told.received) == sent


def test_a_named_quarter_is_reminded_of_however_long_ago_it_was_due(programme, server, remind):
    port, told = server
    due_in(programme, -100)
    remind(port)
    assert told.received == []
    remind(port, "--period", NOW)
    assert len(told.received) == 4


def test_who_has_submitted_is_left_alone(programme, server, remind, writer):
    port, told = server
    with writing(programme) as connection:
        for period in QUARTERS:
            open_period(connection, period)
    load(programme, *(one.path for one in writer.quarters("R1", "regional", QUARTERS)))
    due_in(programme, 2)
    remind(port)
    assert sorted(to for one in told.received for to in one.to) == ["e1@e1.example", "r2@r2.example", "u1@u1.example"]


def test_a_reminder_that_a_province_noted_is_no_mail(programme, server, remind):
    port, told = server
    with writing(programme) as connection:
        events.note(connection, "R1", NOW, Actor("e-mail", PROVINCE), events.REMINDED)
    remind(port)
    assert len(told.received) == 4


def test_a_dry_run_sends_and_notes_nothing_and_needs_no_server(programme, call):
    status, out, _ = call("remind", "--dry-run")
    assert status == 0
    assert "2026Q4 R1, before the due day: would be reminded, at 2 addresses" in out
    assert "4 to be reminded, 1 without an address." in out
    assert mailed(programme) == {}


# Servers that do not do their part


def test_what_is_refused_is_told_and_tried_again_and_the_others_go_out(programme, server, remind):
    port, told = server
    told.refused |= set(ADDRESSES["R2"]) | {"wang.fang@r1.example"}
    status, out, err = remind(port)
    assert status == 1
    assert "R2, before the due day: not sent: the server refused every address (550)" in err
    assert "R1, before the due day: 1 of its addresses were refused; correct them" in err
    assert "3 reminded, 1 not sent" in out
    assert mailed(programme) == {"R1": 1, "E1": 1, "U1": 1}
    told.refused.clear()
    assert remind(port)[0] == 0
    assert [one.to for one in told.received[3:]] == [ADDRESSES["R2"]]


def test_a_connection_that_breaks_costs_one_message(programme, server, remind):
    port, told = server
    told.breaks_at |= {1}
    status, _, err = remind(port)
    assert status == 1
    assert err.count("the connection to the mail server broke") == 1
    assert len(told.received) == 3
    assert sorted(mailed(programme)) == ["E1", "R2", "U1"]


def test_a_server_that_is_gone_for_good_is_given_up(programme, server, remind):
    port, told = server
    told.breaks_at |= {1, 2, 3, 4, 5}
    status, out, err = remind(port)
    assert status == 1
    assert "1 reminded, 3 not sent" in out
    assert "0 more wait for the next run" in err


def test_a_server_that_is_not_there_is_told_in_one_line(programme, remind):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    status, _, err = remind(port)
    assert status == 2
    assert f"error: 127.0.0.1:{port} cannot be used as a mail server (ConnectionRefusedError); check SMTP_URL" in err
    assert mailed(programme) == {}


@pytest.mark.parametrize("missing", ["SMTP_URL", "MAIL_FROM"])
def test_without_its_settings_it_says_so(programme, remind, monkeypatch, missing):
    status, _, err = remind(1, **{missing: ""})
    assert status == 2
    assert "SMTP_URL and MAIL_FROM" in err


def test_a_sender_that_is_no_address_is_told(programme, server, remind):
    status, _, err = remind(server[0], MAIL_FROM="the office")
    assert status == 2
    assert "MAIL_FROM" in err


def test_a_quarter_that_is_not_open_is_told(programme, remind):
    status, _, err = remind(1, "--period", "2025Q1")
    assert status == 2
    assert "not open" in err


# Encryption


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    return certificate(tmp_path_factory.mktemp("identity"))


PASSWORDS = {"office": "pass:word/1"}


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_password_and_messages_are_encrypted(programme, remind, identity, scheme, monkeypatch):
    cert, context = identity
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    how = {"tls": context} if scheme == "smtps" else {"starttls": context}
    with mail_server(passwords=PASSWORDS, **how) as (port, told):
        status, _, err = remind(port, SMTP_URL=f"{scheme}://office:pass%3Aword%2F1@localhost:{port}")
        assert status == 0, err
        assert {(one.encrypted, one.user) for one in told.received} == {(True, "office")}
        assert len(told.received) == 4


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_certificate_that_nobody_signed_is_not_trusted(programme, remind, identity, scheme):
    how = {"tls": identity[1]} if scheme == "smtps" else {"starttls": identity[1]}
    with mail_server(passwords=PASSWORDS, **how) as (port, told):
        status, _, err = remind(port, SMTP_URL=f"{scheme}://office:pass%3Aword%2F1@localhost:{port}")
        assert told.received == []
    assert status == 2
    assert "certificate" in err
    assert "pass" not in err


def test_without_starttls_nothing_is_sent(programme, remind):
    with mail_server(passwords=PASSWORDS) as (port, told):
        status, _, err = remind(port, SMTP_URL=f"smtp://office:pass%3Aword%2F1@localhost:{port}")
        assert (status, told.received, told.begun) == (2, [], 0)
    assert "cannot be used as a mail server (SMTPNotSupportedError)" in err


def test_a_wrong_password_is_told_without_it(programme, remind):
    with mail_server(passwords=PASSWORDS) as (port, _):
        status, _, err = remind(port, SMTP_URL=f"smtp+plain://office:wrong-one@localhost:{port}")
    assert status == 2
    assert "refused user or password (535)" in err
    assert "wrong-one" not in err


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://mail.example", "must begin with"),
        ("smtp://", "must begin with"),
        ("smtp://user:secret-1@mail.example:port", "cannot be read"),
        ("smtp+plain://user:secret-1@mail.example", "unencrypted"),
    ],
)
def test_a_url_that_will_not_do_is_told_without_its_password(url, why):
    with pytest.raises(ServerGone, match=why) as told:
        server_of(url)
    assert "secret-1" not in str(told.value)


def test_the_ports_are_those_that_are_usual():
    assert [server_of(f"{scheme}://mail.example").port for scheme in ("smtp", "smtps", "smtp+plain")] == [587, 465, 25]


# Addresses


def known(engine):
    with reading(engine) as connection:
        return contacts(connection)


def test_addresses_are_taken_from_a_list_in_the_place_of_what_a_base_had(programme, call, tmp_path):
    file = tmp_path / "contacts.csv"
    file.write_text("base,email\nR1,new@r1.example\nR1,new@r1.example\nU1,\nI1, i1@i1.example \n", encoding="utf-8-sig")
    status, out, _ = call("contacts", file)
    assert status == 0
    assert "2 addresses taken" in out
    assert "1 bases of 2026Q4 have no address: U1" in out
    assert known(programme) == {
        "R1": ("new@r1.example",), "R2": ("r2@r2.example",), "E1": ("e1@e1.example",), "I1": ("i1@i1.example",),
    }  # fmt: skip


def test_a_list_with_mistakes_is_taken_not_at_all_and_all_are_told(programme, call, tmp_path):
    file = tmp_path / "contacts.csv"
    rows = [
        "R1,good@r1.example",
        "XX,x@x.example",
        "R2,no address",
        'E1,"a@e1.example\nBcc: b@e1.example"',
        f"U1,{'u' * 250}@u1.example",
    ]
    file.write_text("\n".join(["base,email", *rows]), encoding="utf-8")
    before = known(programme)
    status, _, err = call("contacts", file)
    assert status == 2
    assert [line.split(":")[1].strip() for line in err.strip().splitlines()] == ["line 3", "line 4", "line 5", "line 6"]
    assert known(programme) == before


def test_a_list_without_its_columns_is_told(programme, call, tmp_path):
    file = tmp_path / "contacts.csv"
    file.write_text("code,mail\nR1,a@b.example\n", encoding="utf-8")
    status, _, err = call("contacts", file)
    assert status == 2
    assert "base, email" in err
