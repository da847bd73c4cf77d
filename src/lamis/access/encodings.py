"""In which forms an answer may be sent."""

from starlette.datastructures import Headers


def takes_gzip(headers: Headers) -> bool:
    """Whether who asks takes gzip; `gzip;q=0` says no."""
    for each in headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = each.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "").removeprefix("q=") not in ("0", "0.0", "0.00", "0.000")
    return False
