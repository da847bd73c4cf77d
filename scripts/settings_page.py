"""Write `docs/settings.md` from the Settings class; with `--check`, only say whether it is up to date."""

import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from lamis.base.settings import PREFIX, SECRETS, Settings

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
HEAD = """# Settings

Every setting is an environment variable, or a line `NAME=value` in a file `.env` in the folder LAMIS is
started from; the environment wins. A wrong value stops the start with one sentence that names the variable.
Variables that look like settings and are none are named once at the start. For the secrets below,
`NAME_FILE` may hold the path of a file with the value instead.

This page is made by `scripts/settings_page.py` from the class `Settings`.

| Variable | Default | Values | What it does |
|---|---|---|---|
"""
TAIL = """
## Of the first version

`OPNSENSE_URL`, `OPNSENSE_API_KEY`, `OPNSENSE_API_SECRET` and `OPNSENSE_ALIAS_NAME` (unset: `LAMIS_block`)
still make one [firewall](connections.md#firewalls) when `lamis up` or `lamis web` starts: named after its
host, in the only tenant, else in one called Default. It is not tested before it is stored but within the
first minute, and not made again where there is or was one with that address. What is missing or wrong is said
in one sentence at the start. `http://` is refused.
"""


def _values(info: FieldInfo) -> str:
    kind: Any = info.annotation
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    limits = {
        name: getattr(each, name)
        for each in info.metadata
        for name in ("gt", "ge", "le")
        if hasattr(each, name)
    }
    low = f"above {limits['gt']}" if "gt" in limits else f"{limits['ge']}" if "ge" in limits else ""
    if "le" in limits:
        return f"{low} to {limits['le']}"
    if low:
        return f"{low} or more" if "ge" in limits else low
    if kind is bool:
        return "`true`, `false`"
    shortest = next((each.min_length for each in info.metadata if hasattr(each, "min_length")), None)
    return f"text, {shortest} characters or more" if shortest else "text"


def _default(value: Any) -> str:
    if value is None:
        return "unset"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def page() -> str:
    """The whole page."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {_default(info.default)} | {_values(info)} | {info.description} |"
        for name, info in Settings.model_fields.items()
    ]
    files = ", ".join(f"`{PREFIX}{name.upper()}_FILE`" for name in SECRETS)
    return HEAD + "\n".join(rows) + f"\n\nSecrets from files: {files}.\n" + TAIL


def main() -> int:
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") != page():
            print("docs/settings.md is not what scripts/settings_page.py writes; run it.", file=sys.stderr)
            return 1
        return 0
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
