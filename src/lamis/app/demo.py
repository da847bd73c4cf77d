"""`lamis demo`: simulated indexers and a firewall, a person who sees everything, and LAMIS using them."""

import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from lamis.access.importing import import_connections
from lamis.app.compose import App, compose
from lamis.app.demo_blocks import begin_blocks
from lamis.app.demo_channels import prepare_channels
from lamis.app.demo_firewall import connect_firewall
from lamis.app.demo_incidents import Analyst
from lamis.app.serve import run, shown_url
from lamis.app.server import listen
from lamis.app.sources import change_source
from lamis.base.clock import utc_now
from lamis.base.errors import Conflict, NotFound, Unavailable
from lamis.base.log import set_up_logging
from lamis.base.scope import EVERYTHING, SYSTEM, Role
from lamis.base.settings import Settings
from lamis.connections import queries
from lamis.connections.drafts import parse_draft
from lamis.connections.import_file import Entry
from lamis.connections.types import TestCode, TestResult
from lamis.people import actions as people
from lamis.people.queries import anybody_exists
from lamis.simulators.fleet import Deployment, Fleet
from lamis.simulators.opnsense.local import LocalFirewall
from lamis.simulators.receiver import Receiver
from lamis.storage.runtime import Runtime
from lamis.tenants.queries import tenant_by_name

FOLDER = Path(".demo")
OPERATOR = "demo"
VIEWER = "viewer"
VIEWED = "Acme"
POLL_S = 5
TRIES = 10
TENANTS: Mapping[str, str] = {"acme-emea": "Acme", "globex-cloud": "Globex", "initech-branch": "Initech"}


def demo(settings: Settings) -> NoReturn:
    """Serve the demo until SIGTERM or Ctrl-C; all its processes end with it.

    The data folder keeps everything, so that the next start takes seconds. Raises Conflict where the
    folder holds an installation that is no demo, Unavailable when the indexers do not start.
    """
    set_up_logging(settings.log_level)
    app = compose(settings)
    password = _password(app.runtime)
    listener = listen(settings.host, settings.port)
    fleet = Fleet(tuple(TENANTS), state_dir=settings.data_dir / "indexers")
    box = LocalFirewall(state_dir=settings.data_dir / "firewall", is_ticking=True)
    print(
        "Starting three indexers with a day of alerts each, and a firewall …",
        file=sys.stderr,
        flush=True,
    )
    try:
        fleet.start()
        prepare(app.runtime, fleet.deployments, password=password)
        box.start()
        connect_firewall(app.runtime, box)
        receiver = Receiver()
        receiver.start()
        prepare_channels(app.runtime, receiver.url)
        begin_blocks(app.runtime, box)
    except RuntimeError as error:
        raise Unavailable(f"The demo's simulated indexers or firewall do not start: {error}") from error
    except BaseException:
        fleet.stop()
        raise
    analyst = Analyst(app.runtime, OPERATOR)
    analyst.start()

    def end() -> None:
        analyst.stop()
        fleet.stop()

    run(app, listener, announce=lambda: _announce(app, password), at_end=end)


def prepare(runtime: Runtime, deployments: Sequence[Deployment], *, password: str) -> None:
    """Make the people where there are none, and have a connection lead to every deployment.

    One of the deployments misbehaves now and then, so a test that fails is tried again. Raises Unavailable.
    """
    for found in deployments:
        result = _connected(runtime, found)
        for _ in range(TRIES - 1):
            if result.is_ok:
                break
            result = _connected(runtime, found)
        if not result.is_ok:
            raise Unavailable(f"The demo's source {found.profile} cannot be used: {result.message}")
    _make_people(runtime, password)


def _connected(runtime: Runtime, found: Deployment) -> TestResult:
    """Import the deployment, or lead its connection to where it answers now; all else stays as it is."""
    values: dict[str, object] = {
        "url": found.url,
        "username": found.username,
        "password": found.password,
        "ca_pem": found.ca_pem,
    }
    try:
        with runtime.database.read() as session:
            stored = queries.connection_named(session, EVERYTHING, found.profile)
    except NotFound:
        draft = parse_draft(values | {"name": found.profile, "poll_s": POLL_S})
        (made,) = import_connections(runtime, SYSTEM, [Entry(found.profile, TENANTS[found.profile], draft)])
        return made.result
    if list(stored.urls) == [found.url]:
        return TestResult(TestCode.OK, "It leads there already.")
    return change_source(runtime, stored.id, values)


def _make_people(runtime: Runtime, password: str) -> None:
    now = utc_now()
    with runtime.database.write() as session:
        if anybody_exists(session):
            return
        people.create_operator(session, name=OPERATOR, password=password, now=now)
        viewed = tenant_by_name(session, EVERYTHING, VIEWED)
        if viewed is not None:
            people.add_person(session, SYSTEM, name=VIEWER, tenant_key=viewed.key, role=Role.VIEWER, now=now)
            people.reset_password(session, VIEWER, password=password, now=now)


def _password(runtime: Runtime) -> str:
    """The demo's password, made once; its file also marks the folder as a demo's."""
    path = runtime.settings.data_dir / "demo.password"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    with runtime.database.read() as session:
        if anybody_exists(session):
            raise Conflict(
                f"{runtime.settings.data_dir} holds an installation that is no demo; set LAMIS_DATA_DIR."
            )
    password = secrets.token_urlsafe(15)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password + "\n")
    return password


def _announce(app: App, password: str) -> None:
    print(f"Open {shown_url(app.runtime.settings)}", flush=True)
    print(f"Sign in as {OPERATOR} with {password}", flush=True)
    print(f"({VIEWER} with the same password sees {VIEWED} only.)", flush=True)
