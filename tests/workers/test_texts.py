"""Text made again for the text index."""

import pytest

from lamis.base.errors import Unavailable
from lamis.connectors.registry import manifest
from lamis.workers.texts import ONLY_KIND, text_of


def test_the_text_of_a_document_is_made_again() -> None:
    vendor = manifest(ONLY_KIND)
    raw = b'{"rule":{"id":"1"},"full_log":"Failed password for root"}'
    assert text_of(vendor)(raw, vendor.text_version) == vendor.translate(raw).text


def test_an_unknown_version_is_refused_rather_than_spoiling_the_index() -> None:
    vendor = manifest(ONLY_KIND)
    with pytest.raises(Unavailable):
        text_of(vendor)(b"{}", vendor.text_version + 1)
