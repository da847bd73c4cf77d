"""Source documents inside our own JSON, byte for byte."""

import msgspec


def embedded(raw: bytes | None) -> msgspec.Raw | None:
    """The document as it is, where it is JSON; None where it would break the answer around it."""
    if raw is None:
        return None
    try:
        msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return msgspec.Raw(raw)
