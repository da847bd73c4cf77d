"""`/healthz` says that the process lives, `/readyz` that it can work."""

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lamis import __version__
from lamis.base.log import logger
from lamis.connections.queries import resting
from lamis.schema import migrate
from lamis.storage.away import AWAY, is_away
from lamis.storage.runtime import Runtime

_log = logger("app")
_NEEDED = ("database", "migrations", "redis")
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def build_health(runtime: Runtime) -> Starlette:
    """The application of the two health addresses; neither asks for a sign-in."""
    needed = migrate.newest()

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "version": __version__}, headers=_HEADERS)

    def readyz(_request: Request) -> Response:
        checks = readiness(runtime, needed)
        is_ready = all(checks.get(name, "ok") == "ok" for name in _NEEDED)
        return JSONResponse(
            {"status": "ready" if is_ready else "not ready", "checks": checks},
            status_code=200 if is_ready else 503,
            headers=_HEADERS,
        )

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz)])


def readiness(runtime: Runtime, needed: str) -> dict[str, str]:
    """What was looked at, each `ok` or a sentence. A full disk is told, but pages still work then.

    Redis is looked at where it is used.
    """
    redis = {} if runtime.redis is None else {"redis": runtime.redis_problem or "ok"}
    return _database(runtime, needed) | redis


def _database(runtime: Runtime, needed: str) -> dict[str, str]:
    try:
        with runtime.database.read() as session:
            found = migrate.present(session.connection())
            disk = resting(session) if found == needed else None
    except SQLAlchemyError as error:
        if is_away(error):
            _log.warning(AWAY)
        else:
            _log.exception("readiness")
        return {"database": "The database cannot be read.", "migrations": "unknown", "disk": "unknown"}
    migrations = (
        "ok" if found == needed else f"The database {migrate.standing(found)}, this version needs {needed}."
    )
    return {"database": "ok", "migrations": migrations, "disk": disk or "ok"}
