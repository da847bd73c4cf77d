"""Staying the same deployment."""

from dataclasses import replace
from pathlib import Path

from lamis.simulators.state import load_state, save_state


def test_a_folder_keeps_the_deployment(tmp_path: Path) -> None:
    first = load_state(tmp_path / "one", organisation="Example", now_ms=5)
    save_state(tmp_path / "one", replace(first, port=4711))
    again = load_state(tmp_path / "one", organisation="Example", now_ms=99)
    assert again == replace(first, port=4711)
    assert (tmp_path / "one" / "deployment.json").stat().st_mode & 0o777 == 0o600


def test_without_a_folder_each_is_new() -> None:
    one, other = (load_state(None, organisation="Example", now_ms=5) for _ in range(2))
    assert one.password != other.password
    assert one.certificates.ca_pem != other.certificates.ca_pem
