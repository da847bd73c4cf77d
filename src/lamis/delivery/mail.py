"""Handing a delivery to a mail server: one mail for all recipients, within a deadline."""

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP as SMTP_LINES
from email.utils import format_datetime
from typing import Any

from lamis.base import tls
from lamis.base.egress import Deadline, GuardedBackend, Resolve, lookup
from lamis.base.errors import ConnectorError
from lamis.delivery.messages import html, line, readable, subject, text
from lamis.delivery.types import ANSWER_CHARS, MailTarget, Notice, Outcome, Security

CONNECT = timedelta(seconds=5)
TOTAL = timedelta(seconds=20)


class _Server(smtplib.SMTP):
    """smtplib over a socket whose address was judged after DNS, and which is cut at a deadline."""

    def __init__(self, target: MailTarget, *, resolve: Resolve) -> None:
        self._target = target
        self._resolve = resolve
        self._policy = tls.policy(ca_pem=target.ca_pem)
        self._cut: threading.Timer | None = None
        self._wire: socket.socket | None = None
        super().__init__(local_hostname=_domain(target.sender), timeout=TOTAL.total_seconds())
        self._host = target.host  # for the name in the certificate

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        deadline = Deadline()
        deadline.start(CONNECT)
        backend = GuardedBackend(
            tls=self._policy,
            may_reach_private=self._target.may_reach_private,
            deadline=deadline,
            resolve=self._resolve,
        )
        stream = backend.connect_tcp(host, port, CONNECT.total_seconds()).get_extra_info("socket")
        stream.settimeout(timeout)
        self._wire = stream.dup()  # the socket itself ends where TLS begins
        self._cut = threading.Timer(TOTAL.total_seconds(), _shut, args=(self._wire,))
        self._cut.daemon = True
        self._cut.start()
        if self._target.security is Security.TLS:
            return self._policy.context.wrap_socket(stream, server_hostname=self._target.host)
        return stream

    def open(self) -> None:
        """Connect, protect, sign in. Raises OSError, SMTPException, ConnectorError."""
        code, words = self.connect(self._target.host, self._target.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        if self._target.security is Security.STARTTLS:
            self.starttls(context=self._policy.context)
        if self._target.username:
            self.login(self._target.username, self._target.password)

    def close(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
        super().close()
        if self._wire is not None:
            self._wire.close()


def send(target: MailTarget, notice: Notice, *, now: datetime, resolve: Resolve = lookup) -> Outcome:
    """Send one mail; never raises for what the far side does."""
    message = composed(target, notice, now=now)
    server = _Server(target, resolve=resolve)
    try:
        server.open()
        refused = server.send_message(message, from_addr=target.sender, to_addrs=list(target.recipients))
        with suppress(OSError, smtplib.SMTPException):  # it was taken; how the farewell goes is no matter
            server.quit()
    except ConnectorError as error:
        return Outcome(
            is_delivered=False,
            error=error.message[:ANSWER_CHARS],
            is_permanent=error.code == "address_not_allowed",
        )
    except smtplib.SMTPException as error:
        return _refused(target, error)
    except (ssl.SSLError, OSError, UnicodeError) as error:
        return Outcome(is_delivered=False, error=_why(target, error))
    finally:
        server.close()
    if refused:
        names = ", ".join(sorted(refused))
        return Outcome(is_delivered=True, status=250, answer=line(f"Refused for: {names}", ANSWER_CHARS))
    return Outcome(is_delivered=True, status=250)


def composed(target: MailTarget, notice: Notice, *, now: datetime) -> EmailMessage:
    """The mail: plain text and HTML. Its id is the delivery's, so that a mail sent twice can be told."""
    domain = _domain(target.sender)
    message = EmailMessage(policy=SMTP_LINES)
    message["From"] = f"LAMIS <{target.sender}>"
    message["To"] = ", ".join(target.recipients)
    message["Subject"] = line(subject(notice.body), 200)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{notice.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    data = notice.body["data"]
    if isinstance(data, dict) and notice.kind.startswith("incident."):
        message["References"] = f"<incident-{data['id']}@{domain}>"
    message.set_content(text(notice), cte="quoted-printable")  # not every server takes eight bits
    message.add_alternative(html(notice), subtype="html")
    return message


def _refused(target: MailTarget, error: smtplib.SMTPException) -> Outcome:
    where = f"{target.host}:{target.port}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        wish = (
            "STARTTLS"
            if target.security is Security.STARTTLS and "STARTTLS" in str(error)
            else "this sign-in"
        )
        return Outcome(is_delivered=False, error=f"{where} does not offer {wish}.", is_permanent=True)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return _answered(f"{where} refused every recipient ({code}).", code, words)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _answered(
            f"{where} does not accept user and password ({error.smtp_code}).",
            error.smtp_code,
            error.smtp_error,
        )
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(f"{where} answered {error.smtp_code}.", error.smtp_code, error.smtp_error)
    return Outcome(is_delivered=False, error=f"{where} ended the conversation early; it is tried again.")


def _answered(error: str, code: int, words: bytes | str) -> Outcome:
    shown = readable(words if isinstance(words, bytes) else words.encode())
    return Outcome(is_delivered=False, status=code, answer=shown, error=error, is_permanent=500 <= code < 600)


def _why(target: MailTarget, error: Exception) -> str:
    where = f"{target.host}:{target.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate of {where} is not trusted: {error.verify_message}. Give its authority."
    if isinstance(error, ssl.SSLError):
        return (
            f"{where} and LAMIS found no common TLS ({error.reason}); is it the right port for this security?"
        )
    return f"{where} did not finish in time or broke off; check the server and its port."


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


def _shut(stream: socket.socket) -> None:
    with suppress(OSError):
        stream.shutdown(socket.SHUT_RDWR)
