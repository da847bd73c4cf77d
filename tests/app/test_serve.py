"""`lamis up` as a process: it starts, refuses a second one, and ends in time."""

import re
import signal
from pathlib import Path

import pytest

from lamis.app.serve import shown_url
from lamis.base.settings import Settings
from tests.app.process import answers, free_port, lamis, running, wait_for


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_the_shown_address_can_be_opened(host: str, url: str) -> None:
    assert shown_url(Settings(host=host, port=8000)) == url


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_the_signal_and_ends_well(tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    with running("up", "--port", str(port), data_dir=tmp_path / "data") as process:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
        process.send_signal(number)
        assert process.wait(timeout=5) == 0
        assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


@pytest.mark.slow
def test_a_second_process_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    port = free_port()
    with running("up", "--port", str(port), data_dir=tmp_path / "data"):
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
        second = lamis("up", "--port", str(free_port()), data_dir=tmp_path / "data")
    assert second.returncode == 1
    assert "already serves" in second.stderr


@pytest.mark.slow
def test_a_taken_port_ends_with_a_sentence(tmp_path: Path) -> None:
    port = free_port()
    with running("up", "--port", str(port), data_dir=tmp_path / "one"):
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
        second = lamis("up", "--port", str(port), data_dir=tmp_path / "two")
    assert second.returncode == 1
    assert second.stderr.strip().count("\n") == 0
    assert str(port) in second.stderr


@pytest.mark.slow
def test_a_wrong_setting_ends_with_one_sentence_that_names_it(tmp_path: Path) -> None:
    found = lamis("up", data_dir=tmp_path / "data", LAMIS_RETENTION_DAYS="never")
    assert found.returncode == 2
    assert "LAMIS_RETENTION_DAYS" in found.stderr
    assert found.stderr.strip().count("\n") == 0


@pytest.mark.slow
def test_old_and_mistyped_names_are_told_also_from_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("REDIS_URL=redis://old\nLAMIS_PROT=1\n")
    found = lamis("up", data_dir=tmp_path / "data", LAMIS_LOG_LEVEL="loud")
    assert "REDIS_URL is not used by LAMIS; set LAMIS_REDIS_URL" in found.stderr
    assert "did you mean LAMIS_PORT?" in found.stderr


@pytest.mark.slow
def test_the_first_run_code_is_printed_where_others_can_reach_it(tmp_path: Path) -> None:
    more = {"LAMIS_TRUSTED_PROXY": "127.0.0.1", "LAMIS_PORT": str(free_port())}
    with running("up", data_dir=tmp_path / "data", **more) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
    assert re.fullmatch(r"The first-run page asks for this code: [a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}\n", line)
