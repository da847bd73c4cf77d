"""`docs/settings.md` is what the Settings class says."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_settings_page_is_up_to_date() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "settings_page.py"))
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == made["page"](), (
        "run scripts/settings_page.py"
    )
