"""In which forms an answer may be sent, and which ones who asks holds already."""

from starlette.datastructures import Headers


def takes_gzip(headers: Headers) -> bool:
    """Whether who asks takes gzip; `gzip;q=0` says no."""
    return _takes(headers, "gzip", "*")


def takes_zstd(headers: Headers) -> bool:
    """Whether who asks names zstd (RFC 8878): who takes anything at all may still not know it."""
    return _takes(headers, "zstd")


def tags_held(headers: Headers) -> frozenset[str] | None:
    """The tags of the versions who asks holds (`If-None-Match`), strong and weak alike; None where unsaid."""
    sent = headers.get("if-none-match")
    return None if sent is None else frozenset(tag.strip().removeprefix("W/") for tag in sent.split(","))


def _takes(headers: Headers, *names: str) -> bool:
    for each in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = each.partition(";")
        if name.strip() in names:
            return weight.replace(" ", "").removeprefix("q=") not in ("0", "0.0", "0.00", "0.000")
    return False
