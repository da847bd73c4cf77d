"""The Celery applications of a process: two queues, and messages that say *look*."""

from collections.abc import Callable, Mapping

from celery import Celery

from lamis.workers.brokers import Broker

COLLECT, ACT = "collect", "act"
LOOKS: Mapping[str, str] = {COLLECT: "look.collect", ACT: "look.act"}
TICK_S = 0.5
STALE_S = 2.0  # a message that waited longer is not worth a look: newer ones came
PREFETCH = 16


def make_app(name: str, looks: Mapping[str, Callable[[], object]], *, broker: Broker) -> Celery:
    """An application: a message calls the look of its queue. Without `looks` it only sends.

    Each pool has an application of its own because Celery keeps the chosen queues there; both know both
    tasks because its threads take tasks from the process's default application. Rows are the jobs: a lost
    or doubled message does no harm, and results live nowhere else.
    """
    app = Celery(f"lamis-{name}", set_as_current=False, amqp=broker.amqp)
    app.conf.update(
        broker_url=broker.url,
        broker_transport_options=dict(broker.options),
        broker_use_ssl=None if broker.tls is None else dict(broker.tls),
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        result_backend=None,
        task_ignore_result=True,
        task_routes={name: {"queue": queue} for queue, name in LOOKS.items()},
        worker_prefetch_multiplier=PREFETCH,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,  # means those that are not ours
        beat_schedule={
            name: {"task": name, "schedule": TICK_S, "options": {"queue": queue, "expires": STALE_S}}
            for queue, name in LOOKS.items()
        },
        timezone="UTC",
    )
    for queue, look in looks.items():
        app.task(_job(look), name=LOOKS[queue], shared=False)
    app.finalize()
    if looks:
        app.set_default()
    return app


def send(app: Celery, kind: str) -> None:
    """Tell whoever works on `kind` to look. Raises what the broker's line raises, after a second at most."""
    app.send_task(LOOKS[kind], queue=kind, expires=STALE_S, retry=False)


def _job(look: Callable[[], object]) -> Callable[[], None]:
    def job() -> None:
        look()

    return job
