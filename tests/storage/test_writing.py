"""People write before ingest."""

import threading

from lamis.storage.writing import WriterQueue
from tests.engines.waiting import PATIENCE_S


def test_a_waiting_person_comes_before_waiting_ingest() -> None:
    queue, order = WriterQueue(), []
    ready = [threading.Event() for _ in range(2)]

    def ingest() -> None:
        ready[0].set()
        with queue.ingest():
            order.append("ingest")

    def person() -> None:
        ready[1].set()
        with queue.person():
            order.append("person")

    with queue.ingest():
        threads = [threading.Thread(target=ingest), threading.Thread(target=person)]
        threads[0].start()
        ready[0].wait(PATIENCE_S)
        threads[1].start()
        ready[1].wait(PATIENCE_S)
        while not queue._people:
            pass
    for thread in threads:
        thread.join(PATIENCE_S)
    assert order == ["person", "ingest"]


def test_a_failed_write_lets_the_next_one_in() -> None:
    queue = WriterQueue()
    for _ in range(2):
        try:
            with queue.person():
                raise ValueError
        except ValueError:
            pass
    with queue.ingest():
        pass
