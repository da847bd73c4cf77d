"""One process put together."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from lamis.app.compose import Duty, compose
from lamis.base.errors import Conflict, Invalid
from lamis.base.settings import Settings


def test_all_parts_answer_at_their_addresses(tmp_path: Path) -> None:
    app = compose(Settings(_env_file=None, data_dir=tmp_path / "data"))
    client = TestClient(app.asgi, base_url="http://127.0.0.1", follow_redirects=False)
    assert client.get("/readyz").json()["status"] == "ready"
    assert client.get("/api/v2/me").status_code == 401
    first = client.get("/")
    assert (first.status_code, first.headers["location"]) == (303, "/setup")
    assert client.get("/setup").status_code == 200
    people = app.runtime.database.precedence
    before = people.asked()
    assert client.get("/setup").status_code == 200
    assert people.asked() == before + 2
    with pytest.raises(Conflict):
        compose(app.runtime.settings)
    assert app.lock is not None
    app.lock.release()
    app.runtime.database.close()


@pytest.mark.parametrize("duty", [Duty.WEB, Duty.WORKER, Duty.SCHEDULER])
def test_processes_apart_need_postgresql_and_redis(tmp_path: Path, duty: Duty) -> None:
    with pytest.raises(Invalid, match=f"`lamis {duty}` needs PostgreSQL and Redis"):
        compose(Settings(_env_file=None, data_dir=tmp_path / "data"), duty)
    assert not (tmp_path / "data").exists()
