"""The Celery application of one process: a broker in memory, two queues, and a clock that says *look*."""

from collections.abc import Callable, Mapping

from celery import Celery

COLLECT, ACT = "collect", "act"
LOOKS: Mapping[str, str] = {COLLECT: "look.collect", ACT: "look.act"}
TICK_S = 0.5
STALE_S = 2.0  # a message that waited longer is not worth a look: newer ones came
PREFETCH = 16
BROKER_POLL_S = 0.05


def make_app(kind: str, looks: Mapping[str, Callable[[], object]], *, broker: str) -> Celery:
    """The application of the pool `kind`: a message calls the look of its queue.

    Each pool has an application of its own because Celery keeps the chosen queues there; both know both
    tasks because its threads take tasks from the process's default application. `broker` names the broker
    in memory, so that one started later does not take over channels that were closed. Rows are the jobs:
    a lost or doubled message does no harm, and results live nowhere else.
    """
    app = Celery(f"lamis-{kind}", set_as_current=False)
    app.conf.update(
        broker_url=f"memory://{broker}/",
        broker_transport_options={"polling_interval": BROKER_POLL_S},
        broker_connection_retry_on_startup=False,
        result_backend=None,
        task_ignore_result=True,
        task_routes={name: {"queue": queue} for queue, name in LOOKS.items()},
        worker_prefetch_multiplier=PREFETCH,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        beat_schedule={
            name: {"task": name, "schedule": TICK_S, "options": {"queue": queue, "expires": STALE_S}}
            for queue, name in LOOKS.items()
        },
        timezone="UTC",
    )

    for queue, look in looks.items():
        app.task(_job(look), name=LOOKS[queue], shared=False)
    app.finalize()
    app.set_default()
    return app


def _job(look: Callable[[], object]) -> Callable[[], None]:
    def job() -> None:
        look()

    return job
