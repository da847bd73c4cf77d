"""A wrong setting ends with one sentence that names it."""

from pathlib import Path

import pytest

from lamis.base.errors import Invalid
from lamis.base.settings import Settings, environment, load_settings, notices


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LAMIS_{name.upper()}", raising=False)
        monkeypatch.delenv(f"LAMIS_{name.upper()}_FILE", raising=False)


def test_without_any_setting_the_defaults_stand() -> None:
    assert load_settings().retention_days == 90


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LAMIS_PORT", "eighty"),
        ("LAMIS_RETENTION_DAYS", "0"),
        ("LAMIS_LOG_LEVEL", "loud"),
        ("LAMIS_SECRET_KEY", "short"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Invalid, match=name) as caught:
        load_settings()
    assert caught.value.field == name


def test_a_wrong_secret_is_named_but_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMIS_SECRET_KEY", "tooshort")
    with pytest.raises(Invalid) as caught:
        load_settings()
    assert "tooshort" not in caught.value.message


def test_redis_beside_sqlite_is_refused_without_showing_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMIS_REDIS_URL", "redis://:hidden@192.0.2.1/0")
    with pytest.raises(Invalid, match="LAMIS_REDIS_URL is set, but the database is SQLite") as caught:
        load_settings()
    assert "hidden" not in caught.value.message


def test_a_redis_url_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMIS_REDIS_URL", "amqp://:hidden@192.0.2.1/0")
    with pytest.raises(Invalid, match="LAMIS_REDIS_URL must begin with redis://") as caught:
        load_settings()
    assert "hidden" not in caught.value.message


def test_an_owner_without_a_database_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMIS_DATABASE_OWNER_URL", "postgresql://owner:topsecret@db.example/lamis")
    with pytest.raises(Invalid, match="LAMIS_DATABASE_URL") as caught:
        load_settings()
    assert "topsecret" not in caught.value.message
    monkeypatch.setenv("LAMIS_DATABASE_URL", "postgresql://lamis@db.example/lamis")
    assert load_settings().database_owner_url is not None


def test_a_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n")
    monkeypatch.setenv("LAMIS_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert load_settings().secret_key == "k" * 40


def test_a_missing_secret_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LAMIS_SECRET_KEY_FILE", str(tmp_path / "nothing"))
    with pytest.raises(Invalid, match="LAMIS_SECRET_KEY_FILE"):
        load_settings()


def test_the_env_file_counts_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("LAMIS_PORT=8111\nLAMIS_RETENTION_DAYS=7\n")
    monkeypatch.setenv("LAMIS_PORT", "8222")
    assert (load_settings().port, load_settings().retention_days) == (8222, 7)


def test_old_names_and_typing_errors_are_told() -> None:
    told = notices({"REDIS_URL": "x", "LAMIS_RETENTION_DAY": "3", "LAMIS_PORT": "1", "PATH": "/bin"})
    assert told == [
        "REDIS_URL is not used by LAMIS; set LAMIS_REDIS_URL instead.",
        "LAMIS_RETENTION_DAY is not a setting; did you mean LAMIS_RETENTION_DAYS?",
    ]


def test_a_secret_s_file_may_be_named_in_the_env_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("k" * 40 + "\n")
    (tmp_path / ".env").write_text("LAMIS_SECRET_KEY_FILE=key\n")
    assert load_settings().secret_key == "k" * 40


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LAMIS_PORT=8001\nLAMIS_HOST=192.0.2.1\n")
    monkeypatch.setenv("LAMIS_PORT", "8002")
    assert (environment()["LAMIS_PORT"], environment()["LAMIS_HOST"]) == ("8002", "192.0.2.1")


def test_an_env_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid, match=r"^\.env cannot be read"):
        load_settings()
