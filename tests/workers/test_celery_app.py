"""The applications of the two pools."""

from lamis.workers.brokers import in_memory
from lamis.workers.celery_app import ACT, COLLECT, LOOKS, make_app


def test_both_pools_know_both_looks_and_keep_no_results() -> None:
    seen: list[str] = []
    looks = {COLLECT: lambda: seen.append(COLLECT), ACT: lambda: seen.append(ACT)}
    broker = in_memory()
    apps = [make_app(kind, looks, broker=broker) for kind in (COLLECT, ACT)]
    for app in apps:
        for kind in (COLLECT, ACT):
            app.tasks[LOOKS[kind]]()
        assert app.conf.result_backend is None
        assert app.conf.broker_url == broker.url
    assert seen == [COLLECT, ACT, COLLECT, ACT]


def test_the_clock_looks_at_both_twice_a_second() -> None:
    app = make_app(ACT, {COLLECT: lambda: None, ACT: lambda: None}, broker=in_memory())
    assert {entry["schedule"] for entry in app.conf.beat_schedule.values()} == {0.5}
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} == set(LOOKS.values())
