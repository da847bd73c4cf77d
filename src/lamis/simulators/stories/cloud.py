"""What the cloud services tell: AWS, Office 365, and what others say about a file."""

import random
from dataclasses import replace

from lamis.simulators.stories.cast import Cast, Device, Part
from lamis.simulators.stories.events import BRUTE_FORCE, VALID_ACCOUNTS, Event, Maker, Rule, fill

CALL = Rule(80202, 3, "", ("amazon", "aws", "aws_cloudtrail"))
DENIED = Rule(80250, 4, "", ("amazon", "aws", "aws_cloudtrail"))
CONSOLE_FAILED = Rule(80254, 5, "", ("amazon", "aws", "authentication_failed"), BRUTE_FORCE)
GUARDED = Rule(80302, 6, "", ("amazon", "aws", "aws_guardduty"))
OPENED_UP = Rule(
    80310,
    12,
    "AWS: a security group was opened to the whole internet",
    ("amazon", "aws", "aws_cloudtrail"),
    (("T1562.007",), ("Defense Evasion",), ("Disable or Modify Cloud Firewall",)),
)
SIGNED_IN = Rule(
    91545,
    3,
    "Office 365: Secure Token Service (STS) logon events in Azure AD.",
    ("office365",),
    VALID_ACCOUNTS,
)
SIGN_IN_FAILED = Rule(91546, 5, "Office 365: A user failed to sign in.", ("office365",), BRUTE_FORCE)
FILE = Rule(
    91537, 3, "Office 365: SharePoint file operation events.", ("office365", "SharePointFileOperation")
)
FORWARDING = Rule(
    91580,
    10,
    "Office 365: a mailbox rule forwards mail to an outside address",
    ("office365", "ExchangeAdmin"),
    (("T1114.003",), ("Collection",), ("Email Forwarding Rule",)),
)
KNOWN_BAD = Rule(
    87105,
    12,
    "",
    ("virustotal",),
    (("T1203",), ("Execution",), ("Exploitation for Client Execution",)),
)
_CALLS = ("DescribeInstances", "AssumeRole", "GetObject", "ListBuckets", "PutMetricData", "RunInstances")


def _manager(cast: Cast) -> Device:
    return cast.playing(Part.MANAGER)[0]


def _aws(rng: random.Random, cast: Cast, rule: Rule, name: str, *, error: str | None = None) -> Event:
    user = rng.choice(cast.people)
    ip = rng.choice((*cast.strangers, "ec2.amazonaws.example", "autoscaling.amazonaws.example"))
    aws: dict[str, object] = {
        "eventVersion": "1.09",
        "eventSource": "iam.amazonaws.com" if name == "AssumeRole" else "ec2.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-central-1",
        "sourceIPAddress": ip,
        "userAgent": "aws-cli/2.15.30",
        "userIdentity": {"type": "IAMUser", "userName": user, "accountId": "123456789012"},
        "requestID": f"{rng.getrandbits(128):032x}",
        "source": "cloudtrail",
    }
    if error:
        aws["errorCode"] = error
    text = rule.text or f"AWS Cloudtrail: {aws['eventSource']} - {name}."
    return Event(
        _manager(cast),
        fill(rule, text),
        decoder="json",
        location="Wazuh-AWS",
        data={"integration": "aws", "aws": aws},
        source_ip=ip if ip in cast.strangers else None,
        user=user,
        category="cloud-services",
    )


def aws_call(rng: random.Random, cast: Cast) -> Event:
    """An ordinary call."""
    return _aws(rng, cast, CALL, rng.choice(_CALLS))


def aws_denied(rng: random.Random, cast: Cast) -> Event:
    """A call that was not allowed."""
    return _aws(rng, cast, DENIED, rng.choice(_CALLS), error="AccessDenied")


def console_failed(rng: random.Random, cast: Cast) -> Event:
    """A failed sign-in to the console."""
    return _aws(rng, cast, CONSOLE_FAILED, "ConsoleLogin", error="Failed authentication")


def guarded(rng: random.Random, cast: Cast) -> Event:
    """A finding of GuardDuty."""
    ip = rng.choice(cast.strangers)
    title = f"{ip} is performing SSH brute force attacks against i-0{rng.getrandbits(60):015x}."
    action = {
        "networkConnectionAction": {"remoteIpDetails": {"ipAddressV4": ip}, "connectionDirection": "INBOUND"}
    }
    aws = {
        "source": "guardduty",
        "severity": "4",
        "type": "UnauthorizedAccess:EC2/SSHBruteForce",
        "title": title,
        "region": "eu-central-1",
        "accountId": "123456789012",
        "service": {"action": action, "count": str(rng.randrange(3, 90))},
    }
    return Event(
        _manager(cast),
        fill(GUARDED, f"AWS GuardDuty: NETWORK_CONNECTION - {title}"),
        decoder="json",
        location="Wazuh-AWS",
        data={"integration": "aws", "aws": aws},
        source_ip=ip,
        category="cloud-services",
    )


def _office(rng: random.Random, cast: Cast, rule: Rule, operation: str, workload: str) -> Event:
    user, ip = f"{rng.choice(cast.people)}@{cast.domain.lower()}.example", rng.choice(cast.strangers)
    told = f"[{ip}]:443" if ":" in ip else rng.choice((ip, f"{ip}:50122"))
    data = {
        "CreationTime": "2026-11-21T10:00:00",
        "Id": f"{rng.getrandbits(128):032x}",
        "Operation": operation,
        "Workload": workload,
        "UserId": user,
        "ClientIP": told,
        "ResultStatus": "Failed" if "Failed" in operation else "Success",
        "Subscription": "Audit.AzureActiveDirectory",
    }
    return Event(
        _manager(cast),
        rule,
        decoder="json",
        location="office365",
        data={"integration": "office365", "office365": data},
        source_ip=ip,
        user=user,
        category="cloud-services",
    )


def signed_in(rng: random.Random, cast: Cast) -> Event:
    """Office 365: a sign-in."""
    return _office(rng, cast, SIGNED_IN, "UserLoggedIn", "AzureActiveDirectory")


def sign_in_failed(rng: random.Random, cast: Cast) -> Event:
    """Office 365: a wrong password."""
    return _office(rng, cast, SIGN_IN_FAILED, "UserLoginFailed", "AzureActiveDirectory")


def file_used(rng: random.Random, cast: Cast) -> Event:
    """Office 365: somebody opens a file."""
    return _office(rng, cast, FILE, rng.choice(("FileAccessed", "FileModified")), "SharePoint")


def account_taken(rng: random.Random, cast: Cast) -> list[Event]:
    """Failed sign-ins, one that works, and mail is forwarded outside."""
    events, at = [], 0.0
    for _ in range(rng.randrange(6, 20)):
        at += rng.uniform(2, 25)
        events.append(replace(sign_in_failed(rng, cast), after_s=at))
    events.append(replace(signed_in(rng, cast), after_s=at + 20))
    forwarding = _office(rng, cast, FORWARDING, "New-InboxRule", "Exchange")
    return [*events, replace(forwarding, after_s=at + rng.uniform(60, 500))]


def cloud_opened(rng: random.Random, cast: Cast) -> list[Event]:
    """Denied calls, then a security group opened to everybody."""
    events = [replace(aws_denied(rng, cast), after_s=rng.uniform(0, 120)) for _ in range(8)]
    opened = _aws(rng, cast, OPENED_UP, "AuthorizeSecurityGroupIngress")
    return [*events, replace(opened, after_s=rng.uniform(130, 400))]


def known_bad(rng: random.Random, cast: Cast) -> list[Event]:
    """A new file that many scanners know."""
    path, hits = f"/tmp/.{rng.getrandbits(32):08x}", rng.randrange(31, 68)  # noqa: S108 -- a name in a story
    found = {
        "found": "1",
        "malicious": "1",
        "positives": str(hits),
        "total": "72",
        "source": {
            "file": path,
            "md5": f"{rng.getrandbits(128):032x}",
            "sha1": f"{rng.getrandbits(160):040x}",
        },
        "permalink": "https://scanner.example/file/report",
    }
    rule = fill(KNOWN_BAD, f"VirusTotal: Alert - {path} - {hits} engines detected this file")
    data = {"integration": "virustotal", "virustotal": found}
    device = rng.choice(cast.playing(Part.LINUX, Part.WEB))
    return [Event(device, rule, decoder="json", location="virustotal", data=data, category="security")]


NOISE: tuple[tuple[Maker, float], ...] = (
    (aws_call, 5),
    (aws_denied, 0.6),
    (console_failed, 0.3),
    (guarded, 0.5),
    (signed_in, 4),
    (sign_in_failed, 1),
    (file_used, 4),
)
