"""What happens on Windows: logons and failures, services, accounts, malware."""

import random
from dataclasses import replace
from typing import Any

from lamis.simulators.stories.cast import Cast, Device, Part
from lamis.simulators.stories.events import (
    BRUTE_FORCE,
    VALID_ACCOUNTS,
    Event,
    Maker,
    Rule,
)

_WIN = ("windows", "windows_security")
_AUTH = {"pci_dss": ["10.2.4", "10.2.5"], "gpg13": ["7.1", "7.2"], "hipaa": ["164.312.b"], "tsc": ["CC6.1"]}
LOGON = Rule(60106, 3, "Windows Logon Success", (*_WIN, "authentication_success"), VALID_ACCOUNTS, _AUTH)
LOGOFF = Rule(60137, 3, "Windows User Logoff", _WIN)
FAILURE = Rule(
    60122,
    5,
    "Logon Failure - Unknown user or bad password",
    (*_WIN, "win_authentication_failed"),
    (("T1078", "T1531"), ("Defense Evasion", "Impact"), ("Valid Accounts", "Account Access Removal")),
    _AUTH,
)
FAILURES = Rule(
    60204, 10, "Multiple Windows Logon Failures", (*_WIN, "authentication_failures"), BRUTE_FORCE, _AUTH, 8
)
LOCKED = Rule(60115, 9, "User account locked out (multiple login errors)", _WIN, BRUTE_FORCE, _AUTH)
CREATED = Rule(
    60109,
    8,
    "User account enabled or created",
    (*_WIN, "adduser", "account_changed"),
    (("T1098",), ("Persistence",), ("Account Manipulation",)),
)
ADMINS = Rule(
    60154,
    12,
    "Administrators Group Changed",
    (*_WIN, "group_changed", "win_group_changed"),
    (("T1484",), ("Defense Evasion", "Privilege Escalation"), ("Domain Policy Modification",)),
)
SERVICE = Rule(61138, 5, "New Windows Service Created", ("windows", "windows_system", "policy_changed"))
APP_ERROR = Rule(60602, 9, "Windows application error event.", ("windows", "windows_application"))
LICENCE = Rule(60642, 3, "Software protection service scheduled successfully.", ("windows",))
ENCODED = Rule(
    92057,
    12,
    "Powershell.exe spawned a powershell process which executed a base64 encoded command",
    ("sysmon", "sysmon_eid1_detections", "windows"),
    (("T1059.001",), ("Execution",), ("PowerShell",)),
)
MALWARE = Rule(
    62123, 12, "Windows Defender: Antimalware platform detected potentially unwanted software", ("windows",)
)
CLEARED = Rule(
    63103,
    12,
    "Windows: audit log was cleared",
    ("windows", "log_clearing"),
    (("T1070",), ("Defense Evasion",), ("Indicator Removal",)),
)


def _machine(rng: random.Random, cast: Cast) -> Device:
    return rng.choice(cast.playing(Part.WINDOWS, Part.DOMAIN))


def _win(
    rng: random.Random,
    device: Device,
    rule: Rule,
    event_id: str,
    eventdata: dict[str, Any],
    *,
    channel: str = "Security",
    message: str,
) -> Event:
    provider = "Microsoft-Windows-Security-Auditing" if channel == "Security" else channel.split("/")[0]
    system = {
        "providerName": provider,
        "eventID": event_id,
        "version": "0",
        "level": "0",
        "channel": channel,
        "computer": device.name,
        "eventRecordID": str(rng.randrange(100_000, 9_000_000)),
        "processID": str(rng.randrange(500, 900)),
        "threadID": str(rng.randrange(900, 9000)),
        "severityValue": "AUDIT_FAILURE" if event_id in ("4625", "4740") else "AUDIT_SUCCESS",
        "message": f'"{message}"',
    }
    user = eventdata.get("targetUserName") or eventdata.get("user")
    ip = eventdata.get("ipAddress")
    return Event(
        device,
        rule,
        decoder="windows_eventchannel",
        location="EventChannel",
        data={"win": {"system": system, "eventdata": eventdata}},
        source_ip=ip if ip and ip not in ("-", "::1", "127.0.0.1") else None,
        user=user,
        category="access-management" if channel == "Security" else "security",
    )


def logon(rng: random.Random, cast: Cast) -> Event:
    """Somebody, or a service, signs in."""
    device, user = _machine(rng, cast), rng.choice((*cast.people, "SYSTEM", "SYSTEM"))
    kind = rng.choice(("2", "3", "3", "5", "7", "10"))
    near = rng.choice([one.ip for one in cast.devices if one.ip])
    address = "-" if kind == "5" else rng.choice(("::1", "127.0.0.1", near))
    data = {
        "subjectUserName": f"{device.name.upper()}$",
        "subjectDomainName": cast.domain,
        "targetUserName": user,
        "targetDomainName": cast.domain,
        "logonType": kind,
        "ipAddress": address,
        "ipPort": "0",
        "logonProcessName": "Kerberos" if kind == "3" else "Advapi",
    }
    return _win(rng, device, LOGON, "4624", data, message="An account was successfully logged on.")


def logoff(rng: random.Random, cast: Cast) -> Event:
    """And out again."""
    data = {"targetUserName": rng.choice(cast.people), "targetDomainName": cast.domain, "logonType": "3"}
    return _win(rng, _machine(rng, cast), LOGOFF, "4634", data, message="An account was logged off.")


def failure_on(rng: random.Random, cast: Cast, device: Device, user: str, ip: str) -> Event:
    """A wrong password from an address."""
    data = {
        "subjectUserSid": "S-1-0-0",
        "targetUserSid": "S-1-0-0",
        "targetUserName": user,
        "targetDomainName": cast.domain,
        "status": "0xc000006d",
        "subStatus": "0xc000006a",
        "failureReason": "%%2313",
        "logonType": "3",
        "logonProcessName": "NtLmSsp",
        "authenticationPackageName": "NTLM",
        "workstationName": device.name.upper(),
        "ipAddress": ip,
        "ipPort": str(rng.randrange(40000, 61000)),
    }
    return _win(rng, device, FAILURE, "4625", data, message="An account failed to log on.")


def failure(rng: random.Random, cast: Cast) -> Event:
    """One wrong password, mostly at the own desk."""
    ip = rng.choice(("::1", "127.0.0.1", "-", rng.choice(cast.strangers)))
    return failure_on(rng, cast, _machine(rng, cast), rng.choice(cast.people), ip)


def licence(rng: random.Random, cast: Cast) -> Event:
    """The software protection service, hourly and harmless."""
    data = {"data": "2126-10-28T13:22:00Z, RulesEngine"}
    message = "Successfully scheduled Software Protection service for re-start."
    return _win(rng, _machine(rng, cast), LICENCE, "16384", data, channel="Application", message=message)


def app_error(rng: random.Random, cast: Cast) -> Event:
    """A program crashes."""
    name = rng.choice(("OUTLOOK.EXE", "Teams.exe", "pos-client.exe", "explorer.exe"))
    data = {"data": f"{name}, 16.0.17328.20162, ntdll.dll, c0000374"}
    message = f"Faulting application name: {name}"
    return _win(rng, _machine(rng, cast), APP_ERROR, "1000", data, channel="Application", message=message)


def service(rng: random.Random, cast: Cast) -> Event:
    """A service is installed."""
    name = rng.choice(("Google Updater", "Remote Support Helper", "PrintNotify", "WinDefend Helper"))
    data = {"serviceName": name, "imagePath": "C:\\Program Files\\Common\\svc.exe", "startType": "auto start"}
    message = "A service was installed in the system."
    return _win(rng, _machine(rng, cast), SERVICE, "7045", data, channel="System", message=message)


def account(rng: random.Random, cast: Cast) -> Event:
    """An account is made in the domain."""
    device = rng.choice(cast.playing(Part.DOMAIN, Part.WINDOWS))
    data = {"targetUserName": f"new.{rng.choice(cast.people)}", "subjectUserName": rng.choice(cast.people)}
    return _win(rng, device, CREATED, "4720", data, message="A user account was created.")


def password_spray(rng: random.Random, cast: Cast) -> list[Event]:
    """Many logon failures, a lock-out, sometimes a way in and a new administrator."""
    device = rng.choice(cast.playing(Part.DOMAIN, Part.WINDOWS))
    ip, events, at = rng.choice(cast.strangers), [], 0.0
    for attempt in range(rng.randrange(12, 40)):
        at += rng.uniform(0.5, 12)
        one = failure_on(rng, cast, device, rng.choice((*cast.people, "administrator")), ip)
        events.append(replace(one, rule=FAILURES if attempt % 9 == 8 else FAILURE, after_s=at))
    user = rng.choice(cast.people)
    locked = _win(
        rng, device, LOCKED, "4740", {"targetUserName": user}, message="A user account was locked out."
    )
    events.append(replace(locked, after_s=at + 2))
    if rng.random() < 0.35:
        data = {
            "targetUserName": "Administrators",
            "subjectUserName": user,
            "memberSid": "S-1-5-21-1-2-3-1131",
        }
        joined = _win(rng, device, ADMINS, "4732", data, message="A member was added to a local group.")
        events.append(replace(joined, after_s=at + rng.uniform(60, 400)))
    return events


def malware(rng: random.Random, cast: Cast) -> list[Event]:
    """An encoded PowerShell command, Defender's find, and sometimes a cleared log."""
    device, user = rng.choice(cast.playing(Part.WINDOWS)), rng.choice(cast.people)
    sysmon, defender = (
        "Microsoft-Windows-Sysmon/Operational",
        "Microsoft-Windows-Windows Defender/Operational",
    )
    spawned = {
        "image": "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
        "commandLine": "powershell.exe -nop -w hidden -EncodedCommand SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoA",
        "parentImage": "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
        "user": f"{cast.domain}\\{user}",
    }
    found = {
        "threat Name": "Trojan:Script/Wacatac.B!ml",
        "severity Name": "Severe",
        "path": f"file:_C:\\Users\\{user}\\Downloads\\invoice_8841.js",
        "user": f"{cast.domain}\\{user}",
    }
    events = [
        _win(rng, device, ENCODED, "1", spawned, channel=sysmon, message="Process Create"),
        replace(
            _win(rng, device, MALWARE, "1116", found, channel=defender, message="Malware detected"),
            after_s=rng.uniform(2, 30),
        ),
    ]
    if rng.random() < 0.3:
        cleared = _win(rng, device, CLEARED, "1102", {"user": user}, message="The audit log was cleared.")
        events.append(replace(cleared, after_s=rng.uniform(120, 600)))
    return events


NOISE: tuple[tuple[Maker, float], ...] = (
    (logon, 15),
    (logoff, 9),
    (failure, 3.5),
    (licence, 2),
    (app_error, 0.25),
    (service, 0.5),
    (account, 0.08),
)
