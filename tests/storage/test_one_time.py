"""Values that are taken once."""

import threading
from datetime import UTC, datetime, timedelta

from lamis.storage.one_time import OneTime

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SOON = NOW + timedelta(seconds=30)


def test_a_value_is_taken_once() -> None:
    kept = OneTime()
    name = kept.keep("value", now=NOW, until=SOON)
    assert kept.take(name, now=NOW) == "value"
    assert kept.take(name, now=NOW) is None
    assert kept.take("another", now=NOW) is None


def test_a_value_is_gone_at_its_moment() -> None:
    kept = OneTime()
    name = kept.keep("value", now=NOW, until=SOON)
    assert kept.take(name, now=SOON) is None


def test_late_ones_make_room_for_others() -> None:
    kept = OneTime()
    old = kept.keep("old", now=NOW, until=SOON)
    kept.keep("new", now=SOON, until=SOON + timedelta(seconds=30))
    assert kept.take(old, now=NOW) is None


def test_of_many_who_take_at_once_one_gets_it() -> None:
    kept, got = OneTime(), []
    name = kept.keep("value", now=NOW, until=SOON)
    threads = [threading.Thread(target=lambda: got.append(kept.take(name, now=NOW))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, got)) == ["None"] * 7 + ["value"]
