"""Values that queries answer."""

from lamis.alerts.results import Bucket
from lamis.alerts.types import Severity


def test_a_bucket_adds_up() -> None:
    assert Bucket(0, 900_000, {Severity.LOW: 2, Severity.CRITICAL: 1}).total == 3
