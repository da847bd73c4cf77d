"""The Celery application of one process: a broker in memory, two queues, and a clock that says *look*."""

from collections.abc import Callable, Mapping

from celery import Celery

COLLECT, ACT = "collect", "act"
LOOKS: Mapping[str, str] = {COLLECT: "look.collect", ACT: "look.act"}
TICK_S = 0.5
STALE_S = 2.0  # a message that waited longer is not worth a look: newer ones came
PREFETCH = 16
BROKER_POLL_S = 0.05


def make_app(kind: str, look: Callable[[], object]) -> Celery:
    """The application of one pool: its worker consumes the queue `kind` only, and a message calls `look`.

    Each pool has an application of its own because Celery keeps the chosen queues there; the broker in
    memory is one per process. Rows are the jobs, so a lost or doubled message does no harm, and results
    live nowhere else.
    """
    app = Celery(f"lamis-{kind}", set_as_current=False)
    app.conf.update(
        broker_url="memory://localhost/",
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

    def job() -> None:
        look()

    app.task(job, name=LOOKS[kind], shared=False)
    app.finalize()
    return app
