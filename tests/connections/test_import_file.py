"""Reading import files."""

from pathlib import Path

import pytest

from lamis.base.errors import Invalid
from lamis.connections.import_file import read_import_file, read_import_text
from lamis.connections.types import TrustMode

PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"


def _file(folder: Path, text: str) -> Path:
    path = folder / "sources.yaml"
    path.write_text(text)
    return path


def test_every_promised_value_is_taken(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(PEM + "\n")
    (tmp_path / "secret").write_text("hunter2hunter2\n")
    path = _file(
        tmp_path,
        """
connections:
  - name: Acme EMEA
    tenant: Acme
    kind: wazuh
    url: [https://192.0.2.10:9200, https://192.0.2.11:9200]
    username: reader
    password_file: secret
    ca_file: ca.pem
    index_pattern: wazuh-alerts-*
    dashboard_url: https://wazuh.example
    proxy: socks5://proxy.example:1080
    poll_s: 60
    backfill: 7d
    alias: LAMIS_block
""",
    )
    (entry,) = read_import_file(path)
    assert (entry.name, entry.tenant, entry.problem) == ("Acme EMEA", "Acme", None)
    draft = entry.draft
    assert draft is not None
    assert draft.urls == ("https://192.0.2.10:9200", "https://192.0.2.11:9200")
    assert draft.password == "hunter2hunter2"
    assert draft.trust.ca_pem is not None
    assert (draft.poll_s, draft.backfill, draft.proxy) == (60, "7d", "socks5://proxy.example:1080")


def test_json_is_fine_too(tmp_path: Path) -> None:
    text = '{"connections": [{"name": "a", "tenant": "t", "url": "https://192.0.2.10", "verify": false}]}'
    (entry,) = read_import_file(_file(tmp_path, text))
    assert entry.draft is not None
    assert entry.draft.trust.mode == "none"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("{name: a, url: 'https://192.0.2.10'}", "tenant"),
        ("{name: a, tenant: t}", "urls"),
        ("{name: a, tenant: t, url: 'ftp://x'}", "urls"),
        ("{name: a, tenant: t, url: 'https://192.0.2.10', pasword: x}", "pasword"),
        ("{name: a, tenant: t, url: 'https://192.0.2.10', kind: telex}", "kind"),
        ("{name: a, tenant: t, url: 'https://192.0.2.10', ca_file: none.pem}", "none.pem"),
        ("{name: a, tenant: t, url: 'https://192.0.2.10', poll_s: often}", "poll_s"),
        ("just text", "not a list of names"),
    ],
)
def test_a_wrong_entry_is_named_and_the_others_stand(tmp_path: Path, entry: str, says: str) -> None:
    good = "{name: good, tenant: t, url: 'https://192.0.2.10'}"
    found = read_import_file(_file(tmp_path, f"connections:\n  - {entry}\n  - {good}\n"))
    assert found[0].draft is None
    assert found[0].problem is not None
    assert says in found[0].problem
    assert found[1].draft is not None


@pytest.mark.parametrize("text", [
        "", "[]", "connections: 5", "connections: [", "just text",
        "connections: !!int ''", "connections: !!timestamp x", "connections: [!!bool x]",
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_as_a_whole(tmp_path: Path, text: str) -> None:
    with pytest.raises(Invalid):
        read_import_file(_file(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"none\.yaml"):
        read_import_file(tmp_path / "none.yaml")


def test_text_from_elsewhere_names_no_file_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2hunter2")
    path = tmp_path / "secret"
    text = f"connections: [{{name: a, tenant: t, url: 'https://192.0.2.10', password_file: {path}}}]"
    (entry,) = read_import_text(text, called="The text")
    assert entry.draft is None
    assert entry.problem is not None
    assert "password_file: Files are not read from here" in entry.problem
    pem = PEM.replace("\n", "\\n")
    entry_text = f'{{"name": "a", "tenant": "t", "url": "https://192.0.2.10", "ca_file": "{pem}"}}'
    text = f'{{"connections": [{entry_text}]}}'
    (entry,) = read_import_text(text, called="The text")
    assert entry.draft is not None
    with pytest.raises(Invalid, match="The text"):
        read_import_text("connections: 5", called="The text")


def test_a_few_aliases_that_stand_for_gigabytes_are_refused() -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 10))
    bomb = f"l0: &l0 [x, x]\n{levels}connections:\n  - name: *l9\n    tenant: t\n"
    with pytest.raises(Invalid, match="line 2: aliases"):
        read_import_text(bomb, called="The text")


def test_a_file_of_this_machine_may_use_aliases(tmp_path: Path) -> None:
    text = "url: &url https://192.0.2.10\nconnections:\n  - {name: a, tenant: t, url: *url}\n"
    (entry,) = read_import_file(_file(tmp_path, text))
    assert entry.draft is not None


def test_a_line_that_cannot_be_read_is_named_and_not_repeated() -> None:
    with pytest.raises(Invalid, match="line 3") as caught:
        read_import_text('connections:\n  - password: "hunter2hunter2\n', called="The text")
    assert "hunter2" not in caught.value.message


def test_a_file_may_hold_sources_and_firewalls(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2hunter2\n")
    path = _file(
        tmp_path,
        """
connections:
  - {name: emea, tenant: Acme, url: "https://192.0.2.10:9200"}
  - name: fw-3
    tenant: Acme
    kind: opnsense
    url: [https://192.0.2.30, https://192.0.2.31]
    username: key
    password_file: secret
    alias: Blocked
    may_create: true
  - {name: fw-4, tenant: Acme, kind: opnsense, url: "http://192.0.2.32", username: key}
""",
    )
    source, firewall, broken = read_import_file(path)
    assert source.draft is not None
    assert source.draft.kind == "wazuh"
    assert firewall.draft is not None
    assert (firewall.draft.kind, firewall.draft.alias, firewall.draft.may_create) == (
        "opnsense",
        "Blocked",
        True,
    )
    assert (firewall.draft.urls, firewall.draft.password) == (
        ("https://192.0.2.30", "https://192.0.2.31"),
        "hunter2hunter2",
    )
    assert broken.problem == "urls: A firewall is reached by https only; write https://… here."


@pytest.mark.parametrize(
    "password", ["0123", "1e3", "yes", "12:30:45", "1_000", "0x1F", "2026-01-31", "~x", "007.50"]
)
def test_a_password_is_taken_as_it_is_written(password: str) -> None:
    for folder in (None, Path("/nowhere")):
        (entry,) = read_import_text(
            "connections:\n- name: branch\n  tenant: Acme\n  url: https://192.0.2.10:9200\n  username: 007\n"
            f"  password: {password}\n  verify: no\n  poll_s: 30\n",
            called="file.yaml",
            folder=folder,
        )
        assert entry.draft is not None, entry.problem
        assert (entry.draft.username, entry.draft.password, entry.draft.poll_s) == ("007", password, 30)
        assert entry.draft.trust.mode is TrustMode.NONE
