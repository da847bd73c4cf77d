"""Channels from the command line."""

import json
from pathlib import Path

import pytest

from lamis.simulators.receiver import Receiver, Reply
from tests.cli.conftest import Run


@pytest.fixture
def tenant(run: Run) -> str:
    run("tenants", "add", "Acme")
    return "Acme"


@pytest.mark.slow
def test_a_webhook_is_added_listed_tested_and_removed(run: Run, tenant: str) -> None:
    with Receiver() as receiver:
        receiver.replies.extend([Reply(200), Reply(500)])
        added = run(
            "channels", "add", "night watch", "--tenant", tenant, "--url", receiver.url + "/?t=s3cret"
        )
        assert added.code == 0
        assert "whsec_" in added.out
        assert run("channels", "test", "Night Watch").code == 0
        bad = run("channels", "test", "night watch", "--json")
        assert bad.code == 1
        assert json.loads(bad.out)["status"] == 500
    listed = run("channels", "list")
    assert "night watch" in listed.out
    assert "s3cret" not in listed.out + added.out + bad.out
    (shown,) = json.loads(run("channels", "list", "--json").out)
    assert shown["tenant"] == "Acme"
    assert run("channels", "remove", "night watch", "--yes").code == 0
    assert "No channels yet" in run("channels", "list").out


def test_mail_takes_its_password_from_a_file(run: Run, tenant: str, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("s3cret words\n")
    mail = ("--kind", "smtp", "--host", "mail.example", "--sender", "lamis@example.org")
    rest = ("--to", "a@example.org", "--to", "b@example.org", "--username", "lamis", "--event", "opened")
    added = run("channels", "add", "mail", *mail, *rest, "--password-file", str(secret), "--json")
    assert added.code == 0, added.err
    assert json.loads(added.out)["secret"] is None
    (shown,) = json.loads(run("channels", "list", "--json").out)
    assert shown["recipients"] == ["a@example.org", "b@example.org"]
    assert shown["events"] == ["opened"]


def test_an_address_may_stand_in_a_file(run: Run, tenant: str, tmp_path: Path) -> None:
    address = tmp_path / "url"
    address.write_text("https://hooks.example/?t=s3cret\n")
    assert run("channels", "add", "hook", "--url-file", str(address)).code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "x", "--url", "nowhere"), 2),
        (("add", "x"), 2),
        (("add", "x", "--url-file", "/nowhere/at/all"), 2),
        (("test", "none"), 1),
        (("remove", "none", "--yes"), 1),
    ],
)
def test_what_is_wrong_ends_with_its_code(
    run: Run, tenant: str, arguments: tuple[str, ...], code: int
) -> None:
    ended = run("channels", *arguments)
    assert ended.code == code
    assert ended.err
