"""Erasing the alerts of a removed source, because somebody typed that."""

from lamis.incidents.expiry import erase_connection
from lamis.tasks.types import ClaimedTask
from lamis.workers.retention import give_pages_back
from lamis.workers.texts import ONLY_KIND, text_of
from lamis.workers.work import Work

CHUNK = 500


def erase(work: Work, claimed: ClaimedTask) -> str:
    """Delete every alert of the source in the task's subject; returns the sentence for its row."""
    vendor, key = work.manifest_of(ONLY_KIND), claimed.subject["connection_key"]
    assert isinstance(key, int)
    done = claimed.done
    while True:
        with work.runtime.database.ingest() as session:
            n = erase_connection(session, key, CHUNK, text_of=text_of(vendor))
        if not n:
            break
        done += n
        work.go_on(done, None)
    give_pages_back(work, done=done)
    return f"The {done:,} alerts of “{claimed.subject['name']}” were erased."
