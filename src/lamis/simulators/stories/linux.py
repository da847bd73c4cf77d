"""What happens on Linux servers: sign-ins, sudo, services, packages."""

import random
from dataclasses import replace

from lamis.simulators.stories.cast import Cast, Device, Part
from lamis.simulators.stories.events import (
    BRUTE_FORCE,
    GUESSING,
    VALID_ACCOUNTS,
    Event,
    Maker,
    Rule,
)

_AUTH = {"pci_dss": ["10.2.4", "10.2.5"], "gdpr": ["IV_35.7.d", "IV_32.2"], "hipaa": ["164.312.b"]}
_SSH = ("syslog", "sshd")
FAILED = Rule(5760, 5, "sshd: authentication failed.", (*_SSH, "authentication_failed"), GUESSING, _AUTH)
INVALID_USER = Rule(
    5710,
    5,
    "sshd: Attempt to login using a non-existent user",
    (*_SSH, "authentication_failed", "invalid_login"),
    GUESSING,
    _AUTH,
)
BRUTE = Rule(
    5763,
    10,
    "sshd: brute force trying to get access to the system. Authentication failed.",
    (*_SSH, "authentication_failures"),
    BRUTE_FORCE,
    _AUTH,
    8,
)
ACCEPTED = Rule(
    5715, 3, "sshd: authentication success.", (*_SSH, "authentication_success"), VALID_ACCOUNTS, _AUTH
)
BROKEN_IN = Rule(
    40112,
    12,
    "Multiple authentication failures followed by a success.",
    ("syslog", "attacks", "authentication_success"),
    (("T1078", "T1110"), ("Credential Access", "Initial Access"), ("Valid Accounts", "Brute Force")),
    _AUTH,
)
SESSION_OPENED = Rule(5501, 3, "PAM: Login session opened.", ("pam", "syslog", "authentication_success"))
SESSION_CLOSED = Rule(5502, 3, "PAM: Login session closed.", ("pam", "syslog"))
PAM_FAILED = Rule(
    5503, 5, "PAM: User login failed.", ("pam", "syslog", "authentication_failed"), GUESSING, _AUTH
)
SUDO = Rule(
    5402,
    3,
    "Successful sudo to ROOT executed.",
    ("syslog", "sudo"),
    (("T1548.003",), ("Privilege Escalation", "Defense Evasion"), ("Sudo and Sudo Caching",)),
)
SUDO_FIRST = Rule(5403, 4, "First time user executed sudo.", ("syslog", "sudo"))
SERVICE_DOWN = Rule(40704, 5, "Systemd: Service exited due to a failure.", ("local", "systemd"))
INSTALLED = Rule(2902, 7, "New dpkg (Debian Package) installed.", ("syslog", "dpkg", "config_changed"))
DENIED = Rule(52002, 3, "Apparmor DENIED", ("local", "syslog", "apparmor"))
PORTS = Rule(533, 7, "Listened ports status (netstat) changed (new port opened or closed).", ("ossec",))
USER_ADDED = Rule(
    5902,
    8,
    "New user added to the system.",
    ("syslog", "adduser"),
    (("T1136",), ("Persistence",), ("Create Account",)),
)

_COMMANDS = (
    "/usr/bin/apt-get update",
    "/usr/bin/systemctl restart nginx",
    "/usr/bin/journalctl -u postgresql",
    "/usr/bin/tail -f /var/log/syslog",
    "/usr/sbin/logrotate /etc/logrotate.conf",
    "/usr/bin/docker ps",
)
_GUESSED = ("admin", "test", "oracle", "ubuntu", "git", "postgres", "ftpuser", "pi", "user1", "support")


def _host(rng: random.Random, cast: Cast) -> Device:
    return rng.choice(cast.playing(Part.LINUX, Part.WEB))


def _ssh(
    device: Device, rule: Rule, words: str, ip: str, port: int, *, user: str, known: bool = True
) -> Event:
    data = {"srcip": ip, "srcport": str(port), ("dstuser" if known else "srcuser"): user}
    return Event(
        device=device,
        rule=rule,
        decoder="sshd",
        parent="sshd",
        program="sshd",
        location="journald" if device.part is Part.WEB else "/var/log/auth.log",
        log=f"sshd[{1000 + port % 30000}]: {words} from {ip} port {port} ssh2",
        data=data,
        source_ip=ip,
        user=user,
        category="access-management",
    )


def failed_login(rng: random.Random, cast: Cast) -> Event:
    """A stranger guesses once."""
    return guess(rng, _host(rng, cast), rng.choice(cast.strangers), rng.choice(_GUESSED))


def guess(rng: random.Random, device: Device, ip: str, user: str, *, known: bool = False) -> Event:
    """One failed sign-in by SSH, as a user that exists or not."""
    port = rng.randrange(32768, 61000)
    if known:
        return _ssh(device, FAILED, f"Failed password for {user}", ip, port, user=user)
    words = f"Failed password for invalid user {user}"
    return _ssh(device, INVALID_USER, words, ip, port, user=user, known=False)


def accepted_login(rng: random.Random, cast: Cast) -> Event:
    """Somebody of the house signs in by key."""
    inside = rng.choice([one for one in cast.devices if one.ip])
    return accepted(rng, _host(rng, cast), inside.ip or "", rng.choice(cast.people))


def accepted(rng: random.Random, device: Device, ip: str, user: str) -> Event:
    """A sign-in by SSH that works."""
    port = rng.randrange(32768, 61000)
    return _ssh(device, ACCEPTED, f"Accepted publickey for {user}", ip, port, user=user)


def _pam(rng: random.Random, cast: Cast, rule: Rule, words: str) -> Event:
    user = rng.choice((*cast.people, "root"))
    program = rng.choice(("sshd", "sudo", "cron", "su"))
    process = f"{program}[{rng.randrange(900, 32000)}]"
    log = f"{process}: pam_unix({program}:session): session {words} for user {user}"
    return Event(
        _host(rng, cast),
        rule,
        decoder="pam",
        parent="pam",
        program=program,
        location="/var/log/auth.log",
        log=log,
        data={"dstuser": user, **({"uid": "0"} if words == "opened" else {})},
        user=user,
        category="access-management",
    )


def session_opened(rng: random.Random, cast: Cast) -> Event:
    """The most common line of all."""
    return _pam(rng, cast, SESSION_OPENED, "opened")


def session_closed(rng: random.Random, cast: Cast) -> Event:
    """And its other half."""
    return _pam(rng, cast, SESSION_CLOSED, "closed")


def pam_failed(rng: random.Random, cast: Cast) -> Event:
    """A wrong password at the console."""
    user = rng.choice(cast.people)
    device = _host(rng, cast)
    log = f"su: pam_unix(su:auth): authentication failure; logname={user} uid=1000 euid=0 tty=pts/1 user=root"
    return Event(
        device,
        PAM_FAILED,
        decoder="pam",
        program="su",
        location="/var/log/auth.log",
        log=log,
        data={"dstuser": "root", "srcuser": user, "tty": "pts/1", "uid": "1000"},
        user=user,
        category="access-management",
    )


def sudo(rng: random.Random, cast: Cast) -> Event:
    """A command as root."""
    first = rng.random() < 0.06
    return sudo_by(_host(rng, cast), rng.choice(cast.people), rng.choice(_COMMANDS), first=first)


def sudo_by(device: Device, user: str, command: str, *, first: bool = False) -> Event:
    """This command as root by this user."""
    log = f"sudo: {user} : TTY=pts/0 ; PWD=/home/{user} ; USER=root ; COMMAND={command}"
    return Event(
        device,
        SUDO_FIRST if first else SUDO,
        decoder="sudo",
        parent="sudo",
        program="sudo",
        location="/var/log/auth.log",
        log=log,
        data={"srcuser": user, "dstuser": "root", "tty": "pts/0", "pwd": f"/home/{user}", "command": command},
        user=user,
        category="access-management",
    )


def service_down(rng: random.Random, cast: Cast) -> Event:
    """A unit fails."""
    unit = rng.choice(("certbot.service", "backup-nightly.service", "node-exporter.service", "snapd.service"))
    return Event(
        _host(rng, cast),
        SERVICE_DOWN,
        decoder="systemd",
        program="systemd",
        location="/var/log/syslog",
        log=f"systemd[1]: {unit}: Main process exited, code=exited, status=1/FAILURE",
    )


def installed(rng: random.Random, cast: Cast) -> Event:
    """A package arrives."""
    package, version = rng.choice(
        (("libssl3", "3.0.17-1"), ("curl", "7.88.1-10"), ("openssh-server", "9.2p1-2"), ("nmap", "7.93-1"))
    )
    return Event(
        _host(rng, cast),
        INSTALLED,
        decoder="dpkg-decoder",
        location="/var/log/dpkg.log",
        log=f"status installed {package}:amd64 {version}",
        data={"package": package, "arch": "amd64", "version": version, "dpkg_status": "status installed"},
    )


def denied(rng: random.Random, cast: Cast) -> Event:
    """AppArmor says no."""
    profile = rng.choice(("/usr/sbin/cupsd", "/usr/sbin/ntpd", "snap.lxd.daemon"))
    return Event(
        _host(rng, cast),
        DENIED,
        decoder="kernel",
        program="kernel",
        location="journald",
        log=f'kernel: audit: type=1400 apparmor="DENIED" operation="open" profile="{profile}"',
        data={"status": "DENIED", "extra_data": profile},
        category="security",
    )


def ports_changed(rng: random.Random, cast: Cast) -> Event:
    """Something listens that did not."""
    port = rng.choice((3000, 5432, 8080, 9100, 25565))
    before = "ossec: output: 'netstat listening ports':\ntcp 0.0.0.0:22 0.0.0.0:* 812/sshd"
    return Event(
        _host(rng, cast),
        PORTS,
        decoder="ossec",
        location="netstat listening ports",
        log=f"{before}\ntcp 0.0.0.0:{port} 0.0.0.0:* 4711/app",
        more={"previous_log": before},
        category="network-activity",
    )


def user_added(device: Device, user: str) -> Event:
    """An account is made."""
    return Event(
        device,
        USER_ADDED,
        decoder="useradd",
        program="useradd",
        location="/var/log/auth.log",
        log=f"useradd[4242]: new user: name={user}, UID=1001, GID=1001, home=/home/{user}, shell=/bin/bash",
        data={"dstuser": user, "uid": "1001", "gid": "1001", "home": f"/home/{user}", "shell": "/bin/bash"},
        user=user,
        category="access-management",
    )


def break_in(rng: random.Random, cast: Cast) -> list[Event]:
    """Brute force, then success, then sudo, then a changed file and a new account: half an hour."""
    device, ip, victim = _host(rng, cast), rng.choice(cast.strangers), rng.choice(cast.people)
    events: list[Event] = []
    at = 0.0
    for attempt in range(rng.randrange(18, 60)):
        at += rng.uniform(1.0, 9.0)
        one = guess(rng, device, ip, victim if attempt % 3 else rng.choice(_GUESSED), known=bool(attempt % 3))
        if attempt % 9 == 8:
            earlier = "\n".join(event.log or "" for event in events[-8:])
            one = replace(one, rule=BRUTE, more={"previous_output": earlier})
        events.append(replace(one, after_s=at))
    if rng.random() < 0.4:
        return events
    at += rng.uniform(3, 40)
    entry = accepted(rng, device, ip, victim)
    events += [replace(entry, after_s=at), replace(entry, rule=BROKEN_IN, after_s=at + 0.2)]
    for command in ("/usr/bin/id", "/usr/bin/cat /etc/shadow", "/usr/sbin/useradd -m svc-update"):
        at += rng.uniform(10, 90)
        events.append(replace(sudo_by(device, victim, command), after_s=at))
    events.append(replace(user_added(device, "svc-update"), after_s=at + 1))
    return events


NOISE: tuple[tuple[Maker, float], ...] = (
    (session_opened, 17),
    (session_closed, 16),
    (accepted_login, 7),
    (failed_login, 9),
    (sudo, 7),
    (pam_failed, 1.2),
    (service_down, 1.5),
    (installed, 0.6),
    (denied, 2.5),
    (ports_changed, 0.3),
)
