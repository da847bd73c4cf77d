"""Sources, firewalls, ledgers and test results as JSON values, the same for the API and the command line."""

from collections.abc import Iterable

from lamis.base.clock import iso_ms
from lamis.connections.ledger import Ledger, Line
from lamis.connections.types import HIGHEST, LOWEST, Health, Source, SourceState, TestResult
from lamis.connections.types_firewall import FirewallInfo


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
        "health": _health(source.health),
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


def firewall_values(firewall: FirewallInfo) -> dict[str, object]:
    """A firewall with its health; no secret is in it."""
    return {
        "id": firewall.id,
        "name": firewall.name,
        "kind": firewall.kind,
        "tenant": firewall.tenant_name,
        "tenant_id": firewall.tenant_id,
        "urls": list(firewall.urls),
        "username": firewall.username,
        "trust": firewall.trust_mode,
        "fingerprint": firewall.fingerprint,
        "alias": firewall.alias,
        "may_create": firewall.may_create,
        "state": firewall.state.value,
        "is_active": firewall.state is SourceState.ACTIVE,
        "health": _health(firewall.health),
        "last_try_at": _at(firewall.last_try_ms),
        "last_good_at": _at(firewall.last_good_ms),
        "failing_since": _at(firewall.failing_since_ms),
        "failures": firewall.failures,
        "code": firewall.error_code,
        "message": firewall.error_text,
        "entries": firewall.entries,
        "drift": firewall.drift,
        "compared_at": _at(firewall.compared_ms),
        "own_networks": list(firewall.own_networks),
        "own_read_at": _at(firewall.own_read_ms),
        "created_at": _at(firewall.created_ms),
    }


def connection_values(
    sources: Iterable[Source], firewalls: Iterable[FirewallInfo]
) -> list[dict[str, object]]:
    """Sources and firewalls in one list by name."""
    found = [(each.name.casefold(), each.key, source_values(each)) for each in sources]
    found += [(each.name.casefold(), each.key, firewall_values(each)) for each in firewalls]
    return [values for _, _, values in sorted(found, key=lambda one: one[:2])]


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


def _health(health: Health) -> dict[str, object]:
    return {
        "word": health.word.value,
        "is_good": health.is_good,
        "sentence": health.sentence,
        "cure": health.cure,
    }


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
