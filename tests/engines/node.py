"""One OpenSearch process with TLS and the security plugin, on free ports of 127.0.0.1."""

import shutil
import socket
import subprocess
from pathlib import Path

from tests.engines.certificates import Authority
from tests.engines.parts import Parts, compile_launcher, java

_HEAP = "768m"
_STOP_S = 20
_CONFIG = """\
cluster.name: wazuh-cluster
discovery.type: single-node
network.host: 127.0.0.1
http.port: {http_port}
transport.port: {transport_port}
cluster.routing.allocation.disk.threshold_enabled: false
indices.breaker.total.use_real_memory: false
plugins.security.ssl.transport.pemcert_filepath: node.pem
plugins.security.ssl.transport.pemkey_filepath: node-key.pem
plugins.security.ssl.transport.pemtrustedcas_filepath: ca.pem
plugins.security.ssl.transport.enforce_hostname_verification: false
plugins.security.ssl.http.enabled: true
plugins.security.ssl.http.pemcert_filepath: node.pem
plugins.security.ssl.http.pemkey_filepath: node-key.pem
plugins.security.ssl.http.pemtrustedcas_filepath: ca.pem
plugins.security.allow_default_init_securityindex: true
plugins.security.authcz.admin_dn: ["CN=admin"]
plugins.security.nodes_dn: ["CN=node"]
plugins.security.restapi.roles_enabled: ["all_access"]
"""
# Wazuh's packages of 4.x set it, so that `GET /` says 7.10.2; OpenSearch 3 no longer knows it.
_AS_WAZUH_4 = "compatibility.override_main_response_version: true\n"


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Node:
    """A node whose data outlives `stop`, so that `start` is a restart. It dies with this process."""

    def __init__(self, parts: Parts, home: Path, authority: Authority) -> None:
        self.http_port = free_port()
        self._parts = parts
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._prepare(authority)

    def _prepare(self, authority: Authority) -> None:
        config = self._home / "config"
        for folder in ("modules", "plugins", "config", "launcher"):
            (self._home / folder).mkdir(parents=True)
        compile_launcher(self._home / "launcher")
        shutil.copytree(self._parts.folder / "security" / "config", config / "opensearch-security")
        signed = authority.sign("node")
        (config / "ca.pem").write_text(authority.ca_pem)
        (config / "node.pem").write_bytes(signed.certificate_pem)
        (config / "node-key.pem").write_bytes(signed.key_pem)
        text = _CONFIG.format(http_port=self.http_port, transport_port=free_port())
        is_wazuh_4 = self._parts.version.startswith("2.")
        (config / "opensearch.yml").write_text(text + _AS_WAZUH_4 if is_wazuh_4 else text)

    def start(self) -> None:
        """Start the process; it answers some ten seconds later."""
        program = java(self._parts.java)
        assert program is not None, "asked for before `why_not` was"
        class_path = f"{self._parts.class_path}:{self._home / 'launcher'}"
        command = [str(program), f"-Xms{_HEAP}", f"-Xmx{_HEAP}", "-XX:+UseSerialGC"]
        command += ["-cp", class_path, "Launcher", str(self._home)]
        command += [f"org.opensearch.{name}" for name in self._parts.modules]
        with (self._home / "output.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._home, stdin=subprocess.PIPE, stdout=log, stderr=log
            )

    def stop(self) -> None:
        """End the process, kindly first. Safe to repeat."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def last_words(self, lines: int = 30) -> str:
        """The end of what the process printed, for the message of a failure."""
        return "\n".join((self._home / "output.log").read_text(errors="replace").splitlines()[-lines:])
