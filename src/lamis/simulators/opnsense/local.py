"""A simulated OPNsense in a thread of this process, behind real HTTP and TLS."""

import secrets
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

from lamis.base.clock import to_ms, utc_now
from lamis.simulators.certificates import Certificates, make_self_signed
from lamis.simulators.opnsense.app import LOGIN_PAD_S, FirewallApp
from lamis.simulators.opnsense.box import Box, User
from lamis.simulators.opnsense.faults import Fault, FaultKind
from lamis.simulators.opnsense.privileges import NEEDED, USEFUL
from lamis.simulators.serving import Background
from lamis.simulators.startable import Startable
from lamis.simulators.state import load_state, save_state

ALIAS = "LAMIS_block"
_KEY = "bGFtaXMgc2ltdWxhdGVkIGtleQ=="


class LocalFirewall(Startable):
    """A context manager that serves a box on a loopback port.

    Use it:

        with LocalFirewall() as firewall:
            Endpoint(urls=(firewall.url,), username=firewall.key, password=firewall.secret,
                     trust=Trust(TrustMode.FINGERPRINT, fingerprint=firewall.fingerprint))
            FirewallOptions(alias=firewall.alias)

    Where: `url`, `port`, `fingerprint`, `certificates`, `ca_pem` (its own certificate, for one name only).
    Who: `key`/`secret` have the privileges that the documentation asks for; `admin` is a `User` with all.
    `is_prepared=False` leaves out the alias and its rules, `is_ticking=True` lets its clock run with ours
    (tables refresh each minute, entries expire); otherwise time passes by `box.tick(seconds)` only.
    `state_dir` keeps certificate, port, key and secret over restarts. `login_pad_s` is how long a wrong
    key waits for its answer. `control_token` opens `/_simulator/…` (see `control.Control`).
    Inside: `box` (see `box.Box`): `put`, `connect`, `drops`, `reboot`, `lose_table`, `version_text`, `pf`, ….
    Trouble: `fault(kind, count=…, lasts_s=…, on=…, delay_s=…)`, `clear_faults()`.
    `stop()` and `start()` restart it on the same port; the box itself keeps running meanwhile.
    """

    def __init__(
        self,
        *,
        version: str = "26.7.2",
        is_prepared: bool = True,
        alias_type: str = "external",
        is_ticking: bool = False,
        state_dir: Path | None = None,
        certificates: Certificates | None = None,
        login_pad_s: float = LOGIN_PAD_S,
    ) -> None:
        now_ms = to_ms(utc_now())
        kept = load_state(
            state_dir,
            organisation="OPNsense",
            now_ms=now_ms,
            certificates=lambda organisation: certificates or make_self_signed(organisation=organisation),
        )
        self.box = Box(version=version, now_ms=now_ms)
        self.alias = ALIAS
        self.certificates = kept.certificates
        self.control_token = secrets.token_urlsafe(24)
        user = User(_KEY, kept.password, (*NEEDED, *USEFUL))
        self.box.users[user.key] = user
        self.key, self.secret = user.key, user.secret
        self.admin = self.box.add_user()
        if is_prepared:
            self._prepare(alias_type)
        self._app = FirewallApp(self.box, login_pad_s=login_pad_s, control_token=self.control_token)
        self._background = Background(self.certificates, name="simulated-firewall", port=kept.port)
        self._is_ticking = is_ticking
        self._is_stopping = Event()
        self._state_dir, self._kept = state_dir, kept

    def start(self) -> None:
        """Listen; on the port it had before, if it had one and it is free. Raises RuntimeError."""
        self._background.start(self._app, or_any=True)
        if self._state_dir is not None:
            save_state(self._state_dir, replace(self._kept, port=self.port))
        self._is_stopping.clear()
        if self._is_ticking:
            Thread(target=self._tick, name="simulated-firewall-clock", daemon=True).start()

    def stop(self) -> None:
        """Stop listening and drop all connections, answers under way included."""
        self._is_stopping.set()
        self._background.stop()

    @property
    def port(self) -> int:
        return self._background.port

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def fingerprint(self) -> str:
        return self.certificates.fingerprint

    @property
    def ca_pem(self) -> str:
        return self.certificates.ca_pem

    def entries(self) -> list[str]:
        """What the packet filter holds for the alias."""
        with self.box.lock:
            return sorted(self.box.pf.tables.get(self.alias, {}))

    def fault(
        self,
        kind: FaultKind | str,
        *,
        count: int | None = None,
        lasts_s: float | None = None,
        on: str = "any",
        delay_s: float = 1.0,
    ) -> None:
        """Switch a fault on; see `faults.FaultKind` for the meaning of each."""
        self.box.faults.add(Fault(FaultKind(kind), count=count, lasts_s=lasts_s, on=on, delay_s=delay_s))

    def clear_faults(self) -> None:
        """Switch all faults off."""
        self.box.faults.clear()

    def _prepare(self, alias_type: str) -> None:
        self.box.make_alias(self.alias, alias_type, description="Addresses blocked by LAMIS")
        wanted = {"action": "block", "ipprotocol": "inet46", "log": "1", "sequence": "1"}
        self.box.make_rule(**wanted, source_net=self.alias, description="LAMIS: from blocked addresses")
        self.box.make_rule(
            **wanted, destination_net=self.alias, direction="out", description="LAMIS: to blocked addresses"
        )

    def _tick(self) -> None:
        while not self._is_stopping.wait(1):
            self.box.tick(1)
