"""The workers inside the one serving process: both pools and the clock, with a broker in memory."""

from lamis.storage.runtime import Runtime
from lamis.workers.brokers import in_memory
from lamis.workers.celery_app import ACT
from lamis.workers.pools import Pools
from lamis.workers.ticking import Ticking


class Embedded(Pools):
    """All the work of an installation that has one process."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime, in_memory(), is_alone=True)
        self._ticking: Ticking | None = None

    def start(self) -> None:
        super().start()
        self._ticking = Ticking(self.apps[ACT])
        self._threads.append(self._ticking.thread)

    def stop(self) -> bool:
        if self._ticking is not None:
            self._ticking.stop()
        return super().stop()
