"""Tasks over the API; the wrong tenant is proved with the connection that makes one."""

from lamis.base.clock import utc_now
from lamis.base.scope import SYSTEM
from lamis.tasks.actions import ask
from tests.api.conftest import Speak, World


def test_tasks_are_seen_in_their_tenant_only(world: World, speak: Speak) -> None:
    with world.runtime.database.write() as session:
        task = ask(
            session, SYSTEM, kind="erase", tenant_key=world.acme.key, subject={"name": "x"}, now=utc_now()
        )
    shown = speak("vera").get(f"/api/v2/tasks/{task}").json()
    assert shown["kind"] == "erase"
    assert shown["finished_at"] is None
    assert shown["created_at"].endswith("Z")
    assert [found["id"] for found in speak("olga").get("/api/v2/tasks").json()["tasks"]] == [task]
    assert speak("greg").get("/api/v2/tasks").json() == {"tasks": []}
    assert speak("nobody").get("/api/v2/tasks").status_code == 403
