"""What comes in from outside: web requests good and bad, and what the intrusion sensor sees."""

import random
from dataclasses import replace

from lamis.simulators.stories.cast import Cast, Device, Part
from lamis.simulators.stories.events import Event, Maker, Rule, fill

_WEB = ("web", "accesslog")
_WEB_LAW = {"pci_dss": ["6.5", "11.4"], "gdpr": ["IV_35.7.d"], "nist_800_53": ["SA.11", "SI.4"]}
NOT_FOUND = Rule(31101, 5, "Web server 400 error code.", (*_WEB, "attack"), compliance=_WEB_LAW)
SERVER_ERROR = Rule(31122, 5, "Web server 500 error code (Internal Error).", (*_WEB, "system_error"))
PROBED = Rule(31516, 6, "Suspicious URL access.", (*_WEB, "appsec", "attack"))
INJECTION = Rule(
    31103,
    7,
    "SQL injection attempt.",
    (*_WEB, "attack", "sql_injection"),
    (("T1190",), ("Initial Access",), ("Exploit Public-Facing Application",)),
    _WEB_LAW,
)
INJECTED = Rule(
    31106,
    6,
    "A web attack returned code 200 (success).",
    (*_WEB, "attack"),
    (("T1190",), ("Initial Access",), ("Exploit Public-Facing Application",)),
    _WEB_LAW,
)
SCANNED = Rule(
    31151,
    10,
    "Multiple web server 400 error codes from same source ip.",
    (*_WEB, "web_scan", "recon"),
    (("T1595.002",), ("Reconnaissance",), ("Vulnerability Scanning",)),
    _WEB_LAW,
    14,
)
SENSED = Rule(86601, 3, "", ("ids", "suricata"))
FIREWALL = Rule(4101, 5, "Firewall drop event.", ("firewall", "firewall_drop"))

_PATHS = (
    "/robots.txt",
    "/favicon.ico",
    "/.env",
    "/wp-login.php",
    "/admin/",
    "/api/v1/orders/0",
    "/img/a.png",
)
_AGENTS = ("Mozilla/5.0 (X11; Linux x86_64)", "curl/8.5.0", "python-requests/2.31", "Mozilla/5.0 zgrab/0.x")
_SIGNATURES = (
    ("ET SCAN Suspicious inbound to MSSQL port 1433", 2010935, "Potentially Bad Traffic", 2),
    ("ET INFO Observed DNS Query to .cloud TLD", 2027865, "Misc activity", 3),
    ("ET POLICY GNU/Linux APT User-Agent Outbound", 2013504, "Not Suspicious Traffic", 3),
    ("ET DROP Dshield Block Listed Source group 1", 2402000, "Misc Attack", 2),
    ("ET SCAN Potential SSH Scan", 2001219, "Attempted Information Leak", 2),
)


def request(device: Device, rule: Rule, *, ip: str, url: str, status: int, browser: str) -> Event:
    """One line of an access log."""
    log = f'{ip} - - [21/Nov/2026:10:00:00 +0000] "GET {url} HTTP/1.1" {status} 162 "-" "{browser}"'
    return Event(
        device,
        rule,
        decoder="web-accesslog",
        location="/var/log/nginx/access.log",
        log=log,
        data={"protocol": "GET", "srcip": ip, "id": str(status), "url": url},
        source_ip=ip,
        category="applications",
    )


def _some_request(rng: random.Random, cast: Cast, rule: Rule, url: str, status: int) -> Event:
    device = rng.choice(cast.playing(Part.WEB))
    ip, browser = rng.choice(cast.strangers), rng.choice(_AGENTS)
    return request(device, rule, ip=ip, url=url, status=status, browser=browser)


def not_found(rng: random.Random, cast: Cast) -> Event:
    """A page that is not there."""
    return _some_request(rng, cast, NOT_FOUND, rng.choice(_PATHS), rng.choice((404, 404, 403, 400)))


def server_error(rng: random.Random, cast: Cast) -> Event:
    """The application stumbles."""
    return _some_request(rng, cast, SERVER_ERROR, "/api/v1/checkout", 500)


def probed(rng: random.Random, cast: Cast) -> Event:
    """A robot looks for something to break."""
    url = rng.choice(("/phpmyadmin/", "/.git/config", "/../../etc/passwd", "/cgi-bin/test.cgi"))
    return _some_request(rng, cast, PROBED, url, 404)


def injection(rng: random.Random, cast: Cast) -> Event:
    """One clumsy SQL injection."""
    return _some_request(
        rng, cast, INJECTION, "/item?id=1%27%20UNION%20SELECT%20password%20FROM%20users--", 403
    )


def sensed(rng: random.Random, cast: Cast) -> Event:
    """The intrusion sensor names a signature."""
    signature, number, category, severity = rng.choice(_SIGNATURES)
    ip, inside = rng.choice(cast.strangers), rng.choice([one.ip for one in cast.devices if one.ip])
    data = {
        "timestamp": "2026-11-21T10:00:00.000000+0000",
        "flow_id": str(rng.getrandbits(50)),
        "in_iface": "eth0",
        "event_type": "alert",
        "src_ip": ip,
        "src_port": str(rng.randrange(1024, 65000)),
        "dest_ip": inside,
        "dest_port": rng.choice(("22", "443", "1433", "53")),
        "proto": "TCP",
        "alert": {
            "action": "allowed",
            "gid": "1",
            "signature_id": str(number),
            "signature": signature,
            "category": category,
            "severity": str(severity),
        },
    }
    return Event(
        rng.choice(cast.playing(Part.SENSOR)),
        fill(SENSED, f"Suricata: Alert - {signature}"),
        decoder="json",
        location="/var/log/suricata/eve.json",
        data=data,
        source_ip=ip,
        category="network-activity",
    )


def dropped(rng: random.Random, cast: Cast) -> Event:
    """The packet filter drops something."""
    ip, port = rng.choice(cast.strangers), rng.choice(("23", "445", "3389", "5900"))
    inside = rng.choice([one.ip for one in cast.devices if one.ip])
    return Event(
        rng.choice(cast.playing(Part.SENSOR)),
        FIREWALL,
        decoder="iptables",
        program="kernel",
        location="/var/log/kern.log",
        log=f"kernel: DROP IN=eth0 OUT= SRC={ip} DST={inside} PROTO=TCP SPT=44512 DPT={port}",
        data={
            "action": "DROP",
            "srcip": ip,
            "dstip": inside,
            "srcport": "44512",
            "dstport": port,
            "protocol": "TCP",
        },
        source_ip=ip,
        category="network-activity",
    )


def web_attack(rng: random.Random, cast: Cast) -> list[Event]:
    """A scan of hundreds of paths, injections, and sometimes one that answers 200."""
    device, ip = rng.choice(cast.playing(Part.WEB)), rng.choice(cast.strangers)
    events, at = [], 0.0
    for step in range(rng.randrange(30, 90)):
        at += rng.uniform(0.1, 4)
        rule = SCANNED if step % 15 == 14 else NOT_FOUND
        one = request(device, rule, ip=ip, url=f"/backup-{step}.zip", status=404, browser="gobuster/3.6")
        events.append(replace(one, after_s=at))
    for _ in range(rng.randrange(3, 9)):
        at += rng.uniform(2, 20)
        url = "/login?user=admin%27%20OR%201=1--"
        one = request(device, INJECTION, ip=ip, url=url, status=403, browser="sqlmap/1.8")
        events.append(replace(one, after_s=at))
    if rng.random() < 0.5:
        one = request(device, INJECTED, ip=ip, url="/login?user=x%27--", status=200, browser="sqlmap/1.8")
        events.append(replace(one, after_s=at + 5))
    return events


NOISE: tuple[tuple[Maker, float], ...] = (
    (not_found, 8),
    (server_error, 1.2),
    (probed, 1.5),
    (injection, 0.4),
    (sensed, 6),
    (dropped, 4),
)
