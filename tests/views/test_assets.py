"""Static files as they are served."""

import gzip
from pathlib import Path

import pytest

from lamis.views import assets
from lamis.views.render import STATIC


def test_a_script_names_what_it_imports_by_its_digest_and_changes_with_it(tmp_path: Path) -> None:
    (tmp_path / "js" / "live").mkdir(parents=True)
    (tmp_path / "js" / "live.js").write_text('import { a } from "./live/a.js";\n')
    (tmp_path / "js" / "live" / "a.js").write_text('import { b } from "../b.js";\n')
    seen = []
    for content in ("export const b = 1;", "export const b = 2;"):
        (tmp_path / "js" / "b.js").write_text(content)
        found = assets.read(tmp_path, "js/live.js")
        inner = assets.read(tmp_path, "js/live/a.js").digest
        assert found.body.decode() == f'import {{ a }} from "./live/a.js?v={inner}";\n'
        seen.append(found.digest)
    assert seen[0] != seen[1]


def test_a_style_sheet_names_its_fonts_by_their_digest(tmp_path: Path) -> None:
    (tmp_path / "f.woff2").write_bytes(b"font")
    (tmp_path / "fonts.css").write_text("@font-face { src: url(./f.woff2) format('woff2'); }")
    digest = assets.read(tmp_path, "f.woff2").digest
    assert f"url(./f.woff2?v={digest})".encode() in assets.read(tmp_path, "fonts.css").body


def test_texts_are_packed_and_fonts_are_not(tmp_path: Path) -> None:
    (tmp_path / "f.woff2").write_bytes(b"font")
    assert assets.read(tmp_path, "f.woff2").packed is None
    found = assets.read(STATIC, "css/base.css")
    assert found.packed is not None
    assert gzip.decompress(found.packed) == found.body


def test_every_import_of_a_script_is_digested() -> None:
    for file in (STATIC / "js").rglob("*.js"):
        body = assets.read(STATIC, file.relative_to(STATIC).as_posix()).body.decode()
        imports = [line for line in body.splitlines() if line.startswith("import ")]
        assert all(".js?v=" in line for line in imports), file


def test_a_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        assets.read(STATIC, "css/none.css")
