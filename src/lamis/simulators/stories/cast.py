"""Who plays: the devices, people and strangers of each simulated organisation."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a device does; decides which stories it can be in."""

    LINUX = "linux"
    WEB = "web"
    WINDOWS = "windows"
    DOMAIN = "domain"
    SENSOR = "sensor"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Device:
    """One device with an agent; the manager itself is 000 and has no address of its own."""

    agent_id: str
    name: str
    ip: str | None
    part: Part


@dataclass(frozen=True, slots=True)
class Cast:
    """One organisation. `offset_minutes` is its manager's distance from UTC.

    `neglected` are the names of devices that nobody looks after: grave noise comes from them alone, so that
    a day opens as many incidents as people can work on.
    """

    manager: str
    cluster: str | None
    domain: str
    offset_minutes: int
    devices: tuple[Device, ...]
    people: tuple[str, ...]
    strangers: tuple[str, ...]
    neglected: tuple[str, ...]

    def playing(self, *parts: Part) -> tuple[Device, ...]:
        """The devices with one of these parts; all of them when nobody has."""
        return tuple(one for one in self.devices if one.part in parts) or self.devices


def _devices(network: str, *rows: tuple[str, Part]) -> tuple[Device, ...]:
    named = (
        Device(f"{place:03d}", name, f"{network}.{10 + place * 3}", part)
        for place, (name, part) in enumerate(rows, start=1)
    )
    return tuple(named)


def _with_manager(name: str, devices: tuple[Device, ...]) -> tuple[Device, ...]:
    return (Device("000", name, None, Part.MANAGER), *devices)


ACME = Cast(
    manager="wzh-emea-01",
    cluster="acme-emea",
    domain="ACME",
    offset_minutes=60,
    devices=_with_manager(
        "wzh-emea-01",
        _devices(
            "10.20.4",
            ("web-ams-01", Part.WEB),
            ("web-ams-02", Part.WEB),
            ("db-ams-01", Part.LINUX),
            ("jump-ams-01", Part.LINUX),
            ("mail-fra-01", Part.LINUX),
            ("dc-fra-01", Part.DOMAIN),
            ("fin-ws-114", Part.WINDOWS),
            ("fin-ws-127", Part.WINDOWS),
            ("hr-ws-031", Part.WINDOWS),
            ("ids-ams-01", Part.SENSOR),
            ("build-ams-03", Part.LINUX),
        ),
    ),
    people=("m.okafor", "l.bergstrom", "p.novak", "s.haddad", "deploy", "backup"),
    strangers=("203.0.113.17", "203.0.113.44", "203.0.113.201", "198.51.100.23", "2001:db8:4::bad"),
    neglected=("db-ams-01",),
)

GLOBEX = Cast(
    manager="wazuh-manager-0",
    cluster="globex",
    domain="GLOBEX",
    offset_minutes=0,
    devices=_with_manager(
        "wazuh-manager-0",
        _devices(
            "172.20.11",
            ("api-eu-1a", Part.WEB),
            ("api-eu-1b", Part.WEB),
            ("worker-eu-1a", Part.LINUX),
            ("worker-eu-1c", Part.LINUX),
            ("bastion-eu", Part.LINUX),
            ("vdi-0042", Part.WINDOWS),
            ("vdi-0057", Part.WINDOWS),
            ("ad-eu-1", Part.DOMAIN),
            ("suricata-eu", Part.SENSOR),
        ),
    ),
    people=("a.lindqvist", "t.moreau", "j.tanaka", "ci-runner", "terraform"),
    strangers=("198.51.100.7", "198.51.100.88", "203.0.113.9", "192.0.2.146", "2001:db8:99::1f"),
    neglected=("worker-eu-1c",),
)

INITECH = Cast(
    manager="wazuh.manager",
    cluster=None,
    domain="INITECH",
    offset_minutes=-300,
    devices=_with_manager(
        "wazuh.manager",
        _devices(
            "192.168.40",
            ("branch-gw", Part.SENSOR),
            ("nas-01", Part.LINUX),
            ("pos-01", Part.WINDOWS),
            ("pos-02", Part.WINDOWS),
            ("office-pc-7", Part.WINDOWS),
            ("intranet", Part.WEB),
        ),
    ),
    people=("d.kowalczyk", "r.amsel", "y.castellano", "svc-pos"),
    strangers=("192.0.2.31", "192.0.2.77", "203.0.113.150"),
    neglected=("office-pc-7",),
)
