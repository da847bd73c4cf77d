"""The options of `connections add` and `edit`, and what they mean."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lamis.base.errors import Invalid

Kind = Annotated[
    str | None, typer.Option(help="wazuh for a source, the usual one, or opnsense for a firewall.")
]
Url = Annotated[
    list[str] | None,
    typer.Option("--url", help="Address of indexer or firewall; once per node of one deployment or pair."),
]
Username = Annotated[str | None, typer.Option(help="User of the indexer, or API key of the firewall.")]
PasswordFile = Annotated[
    Path | None, typer.Option(metavar="F", help="File with the password or API secret; - asks for it.")
]
CaFile = Annotated[Path | None, typer.Option(metavar="F", help="PEM file of the authority to trust.")]
Fingerprint = Annotated[str | None, typer.Option(help="SHA-256 of the certificate to trust.")]
NoVerify = Annotated[bool, typer.Option("--no-verify", help="Do not verify the certificate. A risk.")]
ClientCert = Annotated[Path | None, typer.Option(metavar="F", help="PEM file of a client certificate.")]
ClientKey = Annotated[Path | None, typer.Option(metavar="F", help="PEM file of its key.")]
IndexPattern = Annotated[str | None, typer.Option(help="Instead of the usual index pattern.")]
DashboardUrl = Annotated[str | None, typer.Option(help="Address of the Wazuh dashboard, for links.")]
Proxy = Annotated[str | None, typer.Option(help="http://… or socks5://… to go through.")]
PollS = Annotated[int | None, typer.Option(help="Seconds between polls, 1 to 3600.")]
LevelFloor = Annotated[int | None, typer.Option(help="Leave alerts below this rule level there.")]
Backfill = Annotated[str | None, typer.Option(help="How far to reach back: 24h, 7d or all.")]
Alias = Annotated[str | None, typer.Option(help="Alias of the firewall that holds what is blocked.")]
MayCreate = Annotated[
    bool | None, typer.Option("--may-create/--no-create", help="Make alias and rule where they are missing.")
]


def given(**options: Any) -> dict[str, Any]:
    """The options that were given, named as `parse_draft` takes them, files read."""
    values = {name: value for name, value in options.items() if value not in (None, [])}
    values |= {drafted: _content(values.pop(name)) for name, drafted in _FILES.items() if name in values}
    if (password_file := values.pop("password_file", None)) is not None:
        values["password"] = _asked() if str(password_file) == "-" else _content(password_file)
    if values.pop("no_verify", False):
        values["verify"] = False
    return values


_FILES = {"ca_file": "ca_pem", "client_cert": "client_cert_pem", "client_key": "client_key_pem"}


def _asked() -> str:
    answer: str = typer.prompt("Password or API secret", hide_input=True)
    return answer


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read: {error}.", field=str(path)) from error
