"""Sources, ledgers and test results as JSON values, the same for the API and the command line."""

from lamis.base.clock import iso_ms
from lamis.connections.ledger import Ledger, Line
from lamis.connections.types import HIGHEST, LOWEST, Source, SourceState, TestResult


def source_values(source: Source) -> dict[str, object]:
    """A source with its health; no secret is in it."""
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "tenant": source.tenant_name,
        "tenant_id": source.tenant_id,
        "urls": list(source.urls),
        "username": source.username,
        "trust": source.trust_mode,
        "fingerprint": source.fingerprint,
        "index_pattern": source.index_pattern,
        "dashboard_url": source.dashboard_url,
        "generation": source.generation,
        "poll_s": source.poll_s,
        "level_floor": source.level_floor,
        "backfill": source.backfill,
        "state": source.state.value,
        "is_active": source.state is SourceState.ACTIVE,
        "health": {
            "word": source.health.word.value,
            "is_good": source.health.is_good,
            "sentence": source.health.sentence,
            "cure": source.health.cure,
        },
        "last_try_at": _at(source.last_try_ms),
        "last_good_at": _at(source.last_good_ms),
        "newest_at": _at(source.newest_ms),
        "lag_ms": source.lag_ms,
        "failures": source.failures,
        "code": source.error_code,
        "message": source.error_text,
        "missing": source.missing,
        "expired": source.expired,
        "windows_waiting": source.windows_waiting,
        "created_at": _at(source.created_ms),
    }


def ledger_values(ledger: Ledger) -> dict[str, object]:
    """The sums and the lines, newest first."""
    return {
        "there": ledger.there,
        "here": ledger.here,
        "refused": ledger.refused,
        "missing": ledger.missing,
        "expired": ledger.expired,
        "unreadable": ledger.unreadable,
        "waiting": ledger.waiting,
        "completeness": ledger.completeness,
        "is_complete": ledger.is_complete,
        "lag_ms": ledger.lag_ms,
        "not_asked_before": _at(ledger.not_asked_before_ms),
        "lines": [_line(line) for line in ledger.lines],
    }


def result_values(result: TestResult) -> dict[str, object]:
    """What a test answers: code, message, details."""
    return {"code": result.code.value, "message": result.message, "details": dict(result.details)}


def _line(line: Line) -> dict[str, object]:
    return {
        "from": None if line.undated else _at(line.from_ms),
        "to": None if line.undated else _at(line.to_ms),
        "undated": line.undated,
        "state": line.state.value,
        "there": line.there,
        "here": line.here,
        "missing": line.missing,
        "refused": line.refused,
        "expired": line.expired,
        "unreadable": line.unreadable,
        "checked_at": _at(line.checked_ms),
    }


def _at(ms: int | None) -> str | None:
    """The time; None where it is not known or has no end."""
    return None if ms is None or ms <= LOWEST or ms >= HIGHEST else iso_ms(ms)
