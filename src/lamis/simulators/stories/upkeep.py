"""What Wazuh finds by itself: changed files, weak settings, vulnerable packages, agents come and gone."""

import random
from dataclasses import replace

from lamis.simulators.stories.cast import Cast, Part
from lamis.simulators.stories.events import Event, Maker, Rule, fill

_FIM = ("ossec", "syscheck")
_FIM_LAW = {"pci_dss": ["11.5"], "gpg13": ["4.11"], "gdpr": ["II_5.1.f"], "nist_800_53": ["SI.7"]}
CHANGED = Rule(
    550,
    7,
    "Integrity checksum changed.",
    (*_FIM, "syscheck_entry_modified", "syscheck_file"),
    (("T1565.001",), ("Impact",), ("Stored Data Manipulation",)),
    _FIM_LAW,
)
ADDED = Rule(554, 5, "File added to the system.", (*_FIM, "syscheck_entry_added", "syscheck_file"))
DELETED = Rule(
    553,
    7,
    "File deleted.",
    (*_FIM, "syscheck_entry_deleted", "syscheck_file"),
    (("T1070.004", "T1485"), ("Defense Evasion", "Impact"), ("File Deletion", "Data Destruction")),
)
SCA_FAILED = Rule(19007, 7, "", ("sca",))
SCA_PASSED = Rule(19008, 3, "", ("sca",))
SCA_SCORE = Rule(19004, 7, "", ("sca",))
VULNERABLE = {
    "Low": Rule(23503, 5, "", ("vulnerability-detector",)),
    "Medium": Rule(23504, 7, "", ("vulnerability-detector",)),
    "High": Rule(23505, 10, "", ("vulnerability-detector",)),
    "Critical": Rule(23506, 13, "", ("vulnerability-detector",)),
}
STARTED = Rule(503, 3, "Wazuh agent started.", ("ossec",))
STOPPED = Rule(506, 3, "Wazuh agent stopped.", ("ossec",))
LOST = Rule(504, 3, "Wazuh agent disconnected.", ("ossec",))
FLOODED = Rule(203, 9, "Agent event queue is full. Events may be lost.", ("wazuh", "agent_flooding"))
QUEUE_FINE = Rule(205, 3, "Agent event queue is back to normal load.", ("wazuh", "agent_flooding"))
ROOTCHECK = Rule(510, 7, "Host-based anomaly detection event (rootcheck).", ("ossec", "rootcheck"))

_FILES = (
    "/etc/hosts",
    "/etc/passwd",
    "/etc/nginx/sites-enabled/default",
    "/etc/ssh/sshd_config",
    "/usr/bin/curl",
    "/var/www/html/index.php",
    "/etc/cron.d/backup",
)
_CHECKS = (
    ("Ensure SSH root login is disabled.", 28600),
    ("Ensure password expiration is 365 days or less.", 28641),
    ("Ensure auditd is installed.", 28577),
    ("Ensure permissions on /etc/shadow are configured.", 28701),
    ("Ensure 'Account lockout threshold' is set to '5 or fewer'.", 15023),
)
_FLAWS = (
    ("CVE-2024-6387", "openssh-server", "High"),
    ("CVE-2023-4911", "libc6", "High"),
    ("CVE-2024-2961", "libc-bin", "Medium"),
    ("CVE-2022-3715", "bash", "Medium"),
    ("CVE-2023-45853", "zlib1g", "Critical"),
    ("CVE-2023-4641", "passwd", "Low"),
    ("CVE-2016-2781", "coreutils", "Low"),
    ("CVE-2024-28085", "util-linux", "Low"),
)


def file_changed(rng: random.Random, cast: Cast) -> Event:
    """A watched file is changed, added or deleted."""
    kind = rng.choices(("modified", "added", "deleted"), (3, 5, 1))[0]
    return file_event(rng, cast, kind=kind, path=rng.choice(_FILES))


def file_event(rng: random.Random, cast: Cast, *, kind: str, path: str) -> Event:
    """This file is changed so on some Linux device."""
    rule = {"modified": CHANGED, "added": ADDED, "deleted": DELETED}[kind]
    user, size = rng.choice(("root", *cast.people)), rng.randrange(200, 90_000)
    syscheck: dict[str, object] = {
        "path": path,
        "mode": rng.choice(("realtime", "whodata", "scheduled")),
        "event": kind,
        "size_after": str(size),
        "perm_after": "rw-r--r--",
        "uid_after": "0",
        "gid_after": "0",
        "md5_after": f"{rng.getrandbits(128):032x}",
        "sha1_after": f"{rng.getrandbits(160):040x}",
        "sha256_after": f"{rng.getrandbits(256):064x}",
        "uname_after": "root",
        "inode_after": rng.randrange(1000, 999_999),
    }
    if kind == "modified":
        syscheck |= {
            "size_before": str(size - rng.randrange(1, 150)),
            "md5_before": f"{rng.getrandbits(128):032x}",
            "sha256_before": f"{rng.getrandbits(256):064x}",
            "changed_attributes": ["size", "mtime", "md5", "sha1", "sha256"],
        }
    if syscheck["mode"] == "whodata":
        syscheck["audit"] = {
            "user": {"id": "1001", "name": user},
            "process": {"id": "4711", "name": "/usr/bin/vim"},
        }
    return Event(
        rng.choice(cast.playing(Part.LINUX, Part.WEB)),
        rule,
        decoder="syscheck_integrity_changed" if kind == "modified" else f"syscheck_{kind}_entry",
        location="syscheck",
        log=f"File '{path}' {kind}\nMode: {syscheck['mode']}\n",
        more={"syscheck": syscheck},
        user=user if "audit" in syscheck else None,
        category="system-activity",
    )


def setting_checked(rng: random.Random, cast: Cast) -> Event:
    """A check of the security configuration assessment has a new result."""
    title, check_id = rng.choice(_CHECKS)
    failed = rng.random() < 0.25
    result, rule = ("failed", SCA_FAILED) if failed else ("passed", SCA_PASSED)
    policy = "CIS Benchmark for Debian/Linux 12"
    check = {
        "id": str(check_id),
        "title": title,
        "result": result,
        "previous_result": "passed" if failed else "failed",
        "compliance": {"cis": "5.2.10", "pci_dss": "2.2"},
    }
    return Event(
        rng.choice(cast.devices),
        fill(rule, f"{policy}: {title}: Status changed to {result}"),
        decoder="sca",
        location="sca",
        data={
            "sca": {"scan_id": str(rng.getrandbits(30)), "type": "check", "policy": policy, "check": check}
        },
        category="security",
    )


def score(rng: random.Random, cast: Cast) -> Event:
    """The summary of an assessment."""
    value, policy = rng.randrange(38, 79), "CIS Benchmark for Debian/Linux 12"
    data = {"type": "summary", "policy": policy, "score": str(value), "passed": "94", "failed": "101"}
    rule = fill(SCA_SCORE, f"SCA summary: {policy}: Score less than 80% ({value})")
    return Event(
        rng.choice(cast.devices), rule, decoder="sca", location="sca", data={"sca": data}, category="security"
    )


def vulnerability(rng: random.Random, cast: Cast) -> Event:
    """A package has a known flaw."""
    cve, package, severity = rng.choices(_FLAWS, (2, 1, 8, 8, 0.5, 20, 20, 20))[0]
    return flaw(rng, cast, cve, package, severity)


def flaw(rng: random.Random, cast: Cast, cve: str, package: str, severity: str) -> Event:
    """This flaw on some device."""
    text = f"{cve} affects {package}"
    found = {
        "cve": cve,
        "severity": severity,
        "status": "Active",
        "title": text,
        "package": {
            "name": package,
            "version": "1:2.36-9",
            "architecture": "amd64",
            "condition": "Package unfixed",
        },
        "published": "2024-07-01T13:15:00Z",
        "updated": "2024-09-17T20:55:00Z",
        "score": {"base": "7.800000", "version": "3.1"},
        "reference": f"https://cve.example/{cve}",
    }
    return Event(
        rng.choice(cast.playing(Part.LINUX, Part.WEB)),
        fill(VULNERABLE[severity], text),
        decoder="json",
        location="vulnerability-detector",
        data={"vulnerability": found},
        category="security",
    )


def rootcheck(rng: random.Random, cast: Cast) -> Event:
    """Rootcheck sees something odd."""
    title = rng.choice(
        ("File is owned by root and has written permissions to anyone.", "Trojaned version of file")
    )
    path = rng.choice(("/usr/bin/diff", "/opt/.x11", "/bin/passwd"))
    return Event(
        rng.choice(cast.playing(Part.LINUX, Part.WEB)),
        ROOTCHECK,
        decoder="rootcheck",
        location="rootcheck",
        log=f"{title} '{path}' detected.",
        data={"title": title, "file": path},
        category="security",
    )


def agent_started(rng: random.Random, cast: Cast) -> Event:
    """An agent comes up."""
    device = rng.choice([one for one in cast.devices if one.ip])
    log = f"ossec: Agent started: '{device.name}->any'."
    return Event(device, STARTED, decoder="ossec", location="wazuh-agent", log=log)


def agent_stopped(rng: random.Random, cast: Cast) -> Event:
    """An agent is shut down in good order."""
    device = rng.choice([one for one in cast.devices if one.ip])
    log = f"ossec: Agent stopped: '{device.name}->any'."
    return Event(device, STOPPED, decoder="ossec", location="wazuh-agent", log=log)


def agent_lost(rng: random.Random, cast: Cast) -> Event:
    """An agent does not answer any more."""
    device = rng.choice([one for one in cast.devices if one.ip])
    log = f"wazuh: Agent disconnected: '{device.name}-any'."
    return Event(device, LOST, decoder="wazuh", location="wazuh-monitord", log=log)


def agents_lost(rng: random.Random, cast: Cast) -> list[Event]:
    """Several agents go in a few minutes and come back: a cut line."""
    gone = rng.sample([one for one in cast.devices if one.ip], k=min(4, len(cast.devices) - 1))
    events = []
    for device in gone:
        at, log = rng.uniform(0, 240), f"wazuh: Agent disconnected: '{device.name}-any'."
        events.append(Event(device, LOST, decoder="wazuh", location="wazuh-monitord", log=log, after_s=at))
        back = f"ossec: Agent started: '{device.name}->any'."
        events.append(
            Event(device, STARTED, decoder="ossec", location="wazuh-agent", log=back, after_s=at + 600)
        )
    return events


def queue_flooded(rng: random.Random, cast: Cast) -> list[Event]:
    """An agent sends more than it may: events are lost until it calms down."""
    device = rng.choice([one for one in cast.devices if one.ip])
    full = "wazuh: Agent buffer: 'full'."
    event = Event(device, FLOODED, decoder="wazuh", location="wazuh-agent", log=full, data={"level": "full"})
    fine = replace(event, rule=QUEUE_FINE, log="wazuh: Agent buffer: 'normal'.", data={"level": "normal"})
    return [event, replace(fine, after_s=rng.uniform(60, 500))]


def update_night(rng: random.Random, cast: Cast) -> list[Event]:
    """A scan after an update: flaws found, files changed, all on a few devices."""
    events = [replace(vulnerability(rng, cast), after_s=rng.uniform(0, 300)) for _ in range(12)]
    events.append(replace(flaw(rng, cast, "CVE-2024-3094", "xz-utils", "Critical"), after_s=310))
    changed = ("/usr/bin/xz", "/usr/lib/liblzma.so.5", "/etc/ssh/sshd_config")
    return events + [
        replace(file_event(rng, cast, kind="modified", path=path), after_s=rng.uniform(300, 700))
        for path in changed
    ]


NOISE: tuple[tuple[Maker, float], ...] = (
    (file_changed, 3.2),
    (setting_checked, 4),
    (score, 0.3),
    (vulnerability, 3),
    (rootcheck, 0.3),
    (agent_started, 1),
    (agent_stopped, 0.5),
    (agent_lost, 0.25),
)
