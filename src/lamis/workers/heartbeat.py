"""The heartbeat of LAMIS itself: an outside address is asked while it can write and collects.

Whoever watches that address notices the silence of a LAMIS that is dead, cut off or resting.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from lamis.base.clock import to_ms
from lamis.base.errors import ConnectorError
from lamis.base.http import HttpClient, HttpOptions
from lamis.base.log import logger
from lamis.connections.queries import resting
from lamis.storage.state import set_state
from lamis.workers.work import Work

LAST_OK, LAST_ERROR = "heartbeat.last_ok_ms", "heartbeat.error"
TOTAL = timedelta(seconds=15)
ANSWER_BYTES = 16_000
_log = logger("heartbeat")


def beat(work: Work) -> None:
    """Ask the address once. That this chore was claimed has shown that the database can be written."""
    url = work.runtime.settings.heartbeat_url
    if url is None:
        return
    with work.runtime.database.read() as session:
        reason = resting(session)
    error = "Collecting rests, so no heartbeat was sent." if reason else ask(url)
    with work.runtime.database.write() as session:
        set_state(session, LAST_ERROR, error)
        if error is None:
            set_state(session, LAST_OK, str(to_ms(work.clock())))
    if error:
        _log.warning("no heartbeat", why=error)


def ask(url: str) -> str | None:
    """GET `url`; why that was no heartbeat, or None. The path may hold a token and is never told."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    options = HttpOptions(urls=(f"{parts.scheme}://{parts.netloc}",), total_timeout=TOTAL)
    try:
        client = HttpClient(options)
        try:
            with client.answer("GET", path, limit_bytes=ANSWER_BYTES, cuts=True) as answer:
                if answer.status >= 300:
                    return f"{answer.where} answered {answer.status}; check LAMIS_HEARTBEAT_URL."
        finally:
            client.close()
    except ConnectorError as error:
        return error.message
    return None
