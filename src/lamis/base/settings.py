"""Every setting of LAMIS, read from `LAMIS_*` variables and `.env`; secrets also from `LAMIS_*_FILE`."""

import difflib
import os
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from lamis.base.errors import Invalid

PREFIX = "LAMIS_"
ENV_FILE = ".env"
SECRETS = (
    "secret_key",
    "encryption_keys",
    "database_url",
    "database_owner_url",
    "redis_url",
    "heartbeat_url",
)
# Read by the project's own tests, never by the product.
NOT_SETTINGS = frozenset({"LAMIS_SHARED", "LAMIS_ENGINES"})
_OLD_NAMES: Mapping[str, str] = {
    "DATABASE_URL": "LAMIS_DATABASE_URL",
    "REDIS_URL": "LAMIS_REDIS_URL",
    "SECRET_KEY": "LAMIS_SECRET_KEY",
    "ENCRYPTION_KEY": "LAMIS_ENCRYPTION_KEYS",
}


def environment() -> Mapping[str, str]:
    """The variables of the process, over those of `.env`. Raises Invalid for a `.env` that cannot be read."""
    try:
        written = dotenv_values(ENV_FILE)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{ENV_FILE} cannot be read: {error}.", field=ENV_FILE) from error
    return {name: value or "" for name, value in written.items()} | os.environ


class _SecretFiles(PydanticBaseSettingsSource):
    """Takes `LAMIS_NAME_FILE`: the value is the file's content without the last line break."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        self._environment = environment()

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = self._environment.get(f"{PREFIX}{field_name.upper()}_FILE")
        if field_name not in SECRETS or not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n"), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            name = f"{PREFIX}{field_name.upper()}_FILE"
            raise Invalid(f"{name} cannot be read ({path}): {error}.", field=name) from error

    def __call__(self) -> dict[str, Any]:
        found = {
            name: self.get_field_value(info, name)[0] for name, info in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in found.items() if value is not None}


class Settings(BaseSettings):
    """What an installation can choose. `docs/settings.md` is made from this class."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore", frozen=True)

    data_dir: Path = Field(
        Path("data"), description="Folder of the database, keys and locks; made with mode 0700."
    )
    database_url: str | None = Field(
        None,
        description="`postgresql://…` of the role that serves. Unset: SQLite in the data folder.",
    )
    database_owner_url: str | None = Field(
        None, description="`postgresql://…` of the role that owns the tables; only `lamis migrate` needs it."
    )
    redis_url: str | None = Field(
        None,
        description="Redis 7+ beside PostgreSQL: redis://, rediss:// or unix://. Unset: all in one process.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is logged.")
    secret_key: str | None = Field(
        None, min_length=32, description="Signs tokens. Unset: made on first start."
    )
    encryption_keys: str | None = Field(
        None,
        description="Fernet keys for stored secrets, comma separated, newest first. Unset: made once.",
    )
    retention_days: int = Field(
        90,
        ge=1,
        le=3650,
        description="Days alerts are kept, from their time or from when a back-fill brought them.",
    )
    severity_preset: Literal["classic", "wazuh4", "wazuh5"] = Field(
        "classic",
        description="Wazuh 4.x levels to severities: classic 10/7/4, wazuh4 15/12/7, wazuh5 14/10/7.",
    )
    incident_severity: Literal["low", "medium", "high", "critical"] = Field(
        "high", description="Alerts of this severity and above open incidents."
    )
    incident_quiet_min: int = Field(
        60,
        ge=0,
        le=43_200,
        description="Minutes after its closing in which a like alert reopens an incident.",
    )
    text_index: bool = Field(
        True, description="Full-text index of title and log; about half of the ingest rate."
    )
    ui_refresh_s: int = Field(60, ge=5, le=3600, description="Seconds after which a page refreshes itself.")
    ui_gallery: bool = Field(False, description="Show the page /ui with every component (for development).")
    connect_timeout_s: float = Field(
        3, gt=0, le=60, description="Seconds to wait for a connection to a source."
    )
    read_timeout_s: float = Field(
        30, gt=0, le=600, description="Seconds one read of a source may take in total."
    )
    collect_threads: int = Field(16, ge=1, le=256, description="Sources that are read at the same time.")
    act_threads: int = Field(4, ge=1, le=64, description="Threads for chores and requested work.")
    requests_per_minute: int = Field(60, ge=6, le=6000, description="Most requests a minute to one source.")
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$",
        description="Address at which people open LAMIS, for links in notifications. Unset: they have none.",
    )
    heartbeat_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+\S*$",
        description="Outside address that is asked while LAMIS works, so that its silence is noticed there.",
    )
    heartbeat_s: int = Field(60, ge=10, le=3600, description="Seconds between two heartbeats.")
    session_hours: int = Field(12, ge=1, le=720, description="Hours without use after which a sign-in ends.")
    token_hours: int = Field(12, ge=1, le=720, description="Hours an API access token lives.")
    disk_min_mb: int = Field(
        1024, ge=0, description="Collecting rests below this many MB free (or below 5 %)."
    )
    disk_min_percent: float = Field(
        5, ge=0, le=90, description="Collecting rests below this share of the disk free."
    )
    block_widest_ipv4: int = Field(
        16, ge=8, le=32, description="Widest IPv4 network that may be blocked, as a prefix length."
    )
    block_widest_ipv6: int = Field(
        48, ge=32, le=128, description="Widest IPv6 network that may be blocked, as a prefix length."
    )
    own_addresses: str = Field(
        "",
        description="Further addresses and networks of LAMIS that are never blocked, between commas:"
        " what firewalls see it by behind NAT. Those of the machine and of LAMIS_PUBLIC_URL are known.",
    )
    blocks_per_hour: int = Field(
        20, ge=1, le=100_000, description="Blocks an hour a person asks for without confirming."
    )
    reconcile_s: int = Field(
        300, ge=5, le=86_400, description="Seconds between two comparisons of a firewall with what is wanted."
    )
    secure_cookies: bool = Field(False, description="Always mark cookies Secure (behind a TLS proxy).")
    trusted_proxy: str | None = Field(
        None, description="Address of a reverse proxy whose X-Forwarded-For and -Proto are believed."
    )

    @field_validator("own_addresses")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        for text in value.split(","):
            if "%" in text:
                raise ValueError(f"{text.strip()} has a zone; give the address without it")
            if text.strip():
                ip_network(text.strip())
        return value

    @field_validator("public_url")
    @classmethod
    def _has_a_host(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if parts.port == 0 or (value and not parts.hostname):
            raise ValueError(f"{value} names no host and port")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _SecretFiles(settings_cls), dotenv_settings


def load_settings(**overrides: Any) -> Settings:
    """Read the settings. Raises Invalid with one sentence that names the first wrong one."""
    environment()  # tells of an unreadable .env in a sentence; pydantic would stumble over it
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        shown = "" if str(first["loc"][0]) in SECRETS else f" (it is {first['input']!r})"
        raise Invalid(f"{name} is wrong{shown}: {first['msg']}.", field=name) from None
    _check_redis(settings)
    if settings.database_owner_url is not None and settings.database_url is None:
        variable = f"{PREFIX}DATABASE_OWNER_URL"
        raise Invalid(
            f"{variable} is set without {PREFIX}DATABASE_URL; set that of the serving role, too.",
            field=variable,
        )
    return settings


def _check_redis(settings: Settings) -> None:
    variable = PREFIX + "REDIS_URL"
    if settings.redis_url is None:
        return
    if not settings.redis_url.startswith(("redis://", "rediss://", "unix://")):
        raise Invalid(f"{variable} must begin with redis://, rediss:// or unix://.", field=variable)
    if settings.database_url is None:
        raise Invalid(
            f"{variable} is set, but the database is SQLite, which has one writer: processes beside it would "
            "only wait. Unset it, or set LAMIS_DATABASE_URL to a PostgreSQL.",
            field=variable,
        )


def notices(environ: Mapping[str, str]) -> list[str]:
    """Sentences about variables that look like settings and are none: old names and typing errors."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS} | NOT_SETTINGS
    found = [
        f"{old} is not used by LAMIS; set {new} instead." for old, new in _OLD_NAMES.items() if old in environ
    ]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            found.append(f"{name} is not a setting" + (f"; did you mean {near[0]}?" if near else "."))
    return found
