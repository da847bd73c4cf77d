"""A mail server on loopback, as small as it can be, that does as a test says."""

import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass
class Mailbox:
    """`answers` replaces the reply to a command (its first word), `offers` is what EHLO tells.

    `certificates` is the folder that `Certificates.write` filled.
    """

    certificates: Path | None = None
    is_tls: bool = False
    offers: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    hangs_at: str = ""
    mails: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._talks: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join()
        for thread in self._talks:
            thread.join()

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            connection.settimeout(10)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            thread.start()
            self._talks.append(thread)

    def _serve(self, connection: socket.socket) -> None:
        talk = _Talk(connection)
        with suppress(OSError, ValueError):
            if self.is_tls:
                self._secure(talk)
            self._converse(talk)
        talk.close()

    def _secure(self, talk: "_Talk") -> None:
        assert self.certificates is not None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificates / "node.pem", self.certificates / "node-key.pem")
        talk.secure(context)

    def _converse(self, talk: "_Talk") -> None:
        talk.say(self.answers.get("", "220 mail.example ready"))
        while line := talk.hear():
            command = line.decode(errors="replace").strip()
            word = command.split(" ")[0].upper()
            self.commands.append(command)
            if word == self.hangs_at:
                self.released.wait(20)
                return
            if word == "RCPT" and "RCPT" not in self.answers:
                self.recipients.append(command)
            talk.say(self.answers.get(word) or self._usual(word))
            if word == "STARTTLS" and "STARTTLS" not in self.answers:
                self._secure(talk)
            if word == "DATA" and "DATA" not in self.answers:
                self.mails.append(talk.hear_mail())
                talk.say(self.answers.get(".", "250 kept"))
            if word == "QUIT":
                return

    def _usual(self, word: str) -> str:
        told = {"DATA": "354 go on", "QUIT": "221 bye", "AUTH": "235 welcome", "STARTTLS": "220 go on"}
        if word == "EHLO":
            return "\r\n".join([*(f"250-{each}" for each in ("mail.example", *self.offers)), "250 8BITMIME"])
        return told.get(word, "250 fine")


class _Talk:
    """Lines over a socket that may become a TLS one."""

    def __init__(self, connection: socket.socket) -> None:
        self._stream = connection
        self._lines = connection.makefile("rb")

    def secure(self, context: ssl.SSLContext) -> None:
        self._lines.close()
        self._stream = context.wrap_socket(self._stream, server_side=True)
        self._lines = self._stream.makefile("rb")

    def say(self, words: str) -> None:
        self._stream.sendall(words.encode() + b"\r\n")

    def hear(self) -> bytes:
        return self._lines.readline()

    def hear_mail(self) -> bytes:
        found = b""
        while (line := self.hear()) not in (b".\r\n", b""):
            found += line
        return found

    def close(self) -> None:
        self._lines.close()
        self._stream.close()
