"""What compose.yaml and the Containerfile promise; `docker compose config` reads it where the client is."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from lamis.base.settings import SECRETS, Settings
from lamis.cli.main import app
from tests.engines.parts import ROOT

OURS = ("migrate", "web", "worker", "scheduler")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]
    return found


def image_version(service: dict[str, Any]) -> int:
    found = re.search(r":(\d+)", service["image"])
    assert found, service["image"]
    return int(found[1])


def test_all_processes_are_there_with_two_workers(services: dict[str, Any]) -> None:
    assert services.keys() == {"postgres", "redis", *OURS}
    assert services["worker"]["deploy"]["replicas"] == 2
    assert image_version(services["postgres"]) >= 15
    assert image_version(services["redis"]) >= 7


@pytest.mark.parametrize("name", OURS)
def test_each_runs_a_command_there_is(services: dict[str, Any], name: str) -> None:
    command = get_command(app)
    words = services[name]["command"]
    options = command.commands[words[0]].params  # type: ignore[attr-defined]  # it is a group
    known = {each for option in options for each in option.opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", ["web", "worker", "scheduler"])
def test_each_is_watched_at_readyz_and_started_again(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert "/readyz" in " ".join(service["healthcheck"]["test"])
    assert service["restart"] == "unless-stopped"
    assert service["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert "8000" in service["command"]


def test_migrating_happens_once_with_the_owners_url_that_nobody_else_has(services: dict[str, Any]) -> None:
    assert services["migrate"]["restart"] == "no"
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    holders = [name for name in services if "database_owner_url" in services[name].get("secrets", [])]
    assert holders == ["migrate"]


def test_stores_have_health_checks_and_the_database_a_volume(
    compose: dict[str, Any], services: dict[str, Any]
) -> None:
    for name in ("postgres", "redis"):
        assert services[name]["healthcheck"]["test"]
        assert services[name]["restart"] == "unless-stopped"
    assert any(each.startswith("database:") for each in services["postgres"]["volumes"])
    assert {"database", "data"} <= compose["volumes"].keys()
    assert all("data:/var/lib/lamis" in services[name]["volumes"] for name in OURS)


def test_only_this_machine_reaches_a_port(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_secret_comes_from_a_file_that_the_script_makes(
    compose: dict[str, Any], services: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "containers").mkdir()
    script = shutil.copy(ROOT / "containers" / "secrets.sh", tmp_path / "containers")
    for _ in range(2):
        subprocess.run(["sh", script], check=True, capture_output=True, cwd=tmp_path)
    made = {file.name: file.read_text(encoding="ascii") for file in (tmp_path / "secrets").iterdir()}
    assert {Path(secret["file"]).name for secret in compose["secrets"].values()} == made.keys()
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    assert len(set(made.values())) == len(made)
    for service in services.values():
        assert set(service.get("secrets", ())) <= made.keys()
        for variable, value in service.get("environment", {}).items():
            assert not variable.startswith("LAMIS_") or variable.endswith("_FILE"), variable
            if variable.endswith("_FILE"):
                assert Path(value).name in service["secrets"]
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8") + (ROOT / "Containerfile").read_text("utf-8")
    assert not any(value.strip() in text for value in made.values())


def test_the_made_secrets_are_settings_that_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "containers").mkdir()
    script = shutil.copy(ROOT / "containers" / "secrets.sh", tmp_path / "containers")
    subprocess.run(["sh", script], check=True, capture_output=True, cwd=tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in SECRETS:
        if (made := tmp_path / "secrets" / name).exists():
            monkeypatch.setenv(f"LAMIS_{name.upper()}_FILE", str(made))
    settings = Settings()
    assert settings.database_url is not None
    assert settings.database_url.startswith("postgresql://lamis:")
    assert settings.redis_url is not None
    assert settings.redis_url.endswith("@redis:6379/0")


def test_the_image_runs_as_nobody_special_and_looks_after_itself() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    final = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE)
    assert "HEALTHCHECK" in final
    assert "/readyz" in final
    assert 'ENTRYPOINT ["lamis"]' in final
    assert "COPY src" not in final
    assert not re.search(r"(?i)(password|secret_key|encryption_keys)\s*=", text)


def test_nothing_but_what_the_build_needs_is_sent_to_it() -> None:
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert kept[0] == "*"
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Containerfile").read_text("utf-8"), re.MULTILINE)
    assert {name for line in copied for name in line.split()} == {
        line[1:] for line in kept if line.startswith("!")
    }


def test_docker_compose_reads_it(tmp_path: Path) -> None:
    client = shutil.which("docker")
    if client is None or subprocess.run([client, "compose", "version"], capture_output=True).returncode:
        pytest.skip("docker compose is not installed")
    (tmp_path / "compose.yaml").write_bytes((ROOT / "compose.yaml").read_bytes())
    found = subprocess.run(
        [client, "compose", "config", "--quiet"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
