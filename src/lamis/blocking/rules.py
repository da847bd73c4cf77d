"""The guards: whether an address may be blocked, decided on plain values.

Overlap counts, not equality: a network that holds one protected address is refused. The documentation
ranges count as public, because demo and tests block them.
"""

from collections.abc import Callable, Iterator
from ipaddress import ip_network

from lamis.base.errors import Invalid
from lamis.blocking.known import shared_owner
from lamis.blocking.networks import is_single, overlaps, parse_network, text_of
from lamis.blocking.types import Around, Guard, Network, Objection

_RANGES: tuple[tuple[Guard, str, str], ...] = (
    (Guard.UNSPECIFIED, "stands for no address or this network", "0.0.0.0/8 ::/128"),
    (Guard.LOOPBACK, "is loopback: every machine's own", "127.0.0.0/8 ::1/128"),
    (Guard.LINK_LOCAL, "is link-local: neighbours find each other by it", "169.254.0.0/16 fe80::/10"),
    (Guard.MULTICAST, "is multicast", "224.0.0.0/4 ff00::/8"),
    (Guard.PRIVATE, "is private: it belongs to a network of your own",
     "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10"),
    (Guard.CGNAT, "is shared by a carrier's customers (carrier-grade NAT)", "100.64.0.0/10"),
    (Guard.RESERVED, "is reserved: no host on the internet has it",
     "192.0.0.0/24 192.88.99.0/24 198.18.0.0/15 240.0.0.0/4"
     " ::/8 100::/8 200::/7 400::/6 800::/5 1000::/4 2001::/32 2002::/16"
     " 4000::/2 8000::/1"),
)  # fmt: skip
_NETWORKS = tuple(
    (guard, words, tuple(ip_network(text) for text in texts.split())) for guard, words, texts in _RANGES
)
# Ranges that lie within 8000::/1 or ::/8 and have a name of their own are told by that name alone.
_NAMED = {Guard.UNSPECIFIED, Guard.LOOPBACK, Guard.LINK_LOCAL, Guard.MULTICAST, Guard.PRIVATE}
_GRAVITY = {guard: place for place, guard in enumerate(Guard)}


def why_not_blockable(network: Network, around: Around) -> list[Objection]:
    """Every guard that refuses `network`, the gravest first; empty when it may be blocked."""
    if network.prefixlen == 0:
        return [Objection(Guard.EVERYTHING, "That is every address there is; nobody blocks all of them.")]
    found = [found for look in _LOOKS for found in look(network, around)]
    named = {each.guard for each in found} & _NAMED
    told = [each for each in found if not (each.guard is Guard.RESERVED and named)]
    return sorted(told, key=lambda each: _GRAVITY[each.guard])


def why_to_hesitate(network: Network, around: Around) -> list[str]:
    """Sentences that warn; they do not refuse."""
    told = []
    owner = shared_owner(network)
    if owner:
        verb = "belongs to" if is_single(network) else "holds addresses of"
        told.append(f"{text_of(network)} {verb} {owner}: very many people use it, also your own.")
    if around.seen_elsewhere:
        told.append(f"{text_of(network)} was seen by other organisations within a day: it may be shared.")
    return told


def is_public(network: Network) -> bool:
    """Whether it means the same host everywhere: private networks of two tenants may look alike."""
    return not any(overlaps(network, each) for _, _, ranges in _NETWORKS for each in ranges)


def _is_of_a_range(network: Network, _around: Around) -> Iterator[Objection]:
    for guard, words, ranges in _NETWORKS:
        hit = next((each for each in ranges if overlaps(network, each)), None)
        if hit is not None:
            yield Objection(guard, f"{_subject(network, hit)} {words}.")


def _is_a_firewalls_own(network: Network, around: Around) -> Iterator[Objection]:
    hit = next((each for each in around.own if overlaps(network, each)), None)
    if hit is not None:
        told = f"{_subject(network, hit)} is an address or gateway of the firewall itself."
        yield Objection(Guard.FIREWALL, told)


def _is_lamis_itself(network: Network, around: Around) -> Iterator[Objection]:
    hit = next((each for each in around.lamis if overlaps(network, each)), None)
    if hit is not None:
        told = f"{_subject(network, hit)} is LAMIS itself: the firewall would no longer hear it."
        yield Objection(Guard.LAMIS, told)


def _is_who_asks(network: Network, around: Around) -> Iterator[Objection]:
    if not around.asking:
        return
    try:
        asking = parse_network(around.asking)
    except Invalid:
        return
    if overlaps(network, asking):
        yield Objection(
            Guard.YOURSELF, f"{_subject(network, asking)} is where you sit: it would lock you out."
        )


def _is_allowed(network: Network, around: Around) -> Iterator[Objection]:
    for allowed, note in around.allowed:
        if overlaps(network, allowed):
            why = f" ({note})" if note else ""
            told = f"{_subject(network, allowed)} is on the allow-list{why}."
            yield Objection(Guard.ALLOW_LIST, told)
            return


def _is_too_wide(network: Network, around: Around) -> Iterator[Objection]:
    widest = around.widest_ipv4 if network.version == 4 else around.widest_ipv6
    if network.prefixlen < widest:
        told = f"{network} is too wide: at most /{widest} of IPv{network.version} is blocked at once."
        yield Objection(Guard.TOO_WIDE, told)


def _is_too_often(_network: Network, around: Around) -> Iterator[Objection]:
    if around.asked >= around.per_hour and not around.is_confirmed:
        told = f"You asked for {around.asked} blocks within the hour; confirm that you mean to go on."
        yield Objection(Guard.RATE, told)


_LOOKS: tuple[Callable[[Network, Around], Iterator[Objection]], ...] = (
    _is_of_a_range,
    _is_a_firewalls_own,
    _is_lamis_itself,
    _is_who_asks,
    _is_allowed,
    _is_too_wide,
    _is_too_often,
)


def _subject(network: Network, hit: Network) -> str:
    """How a sentence begins: the address itself, or the part of the network that is meant."""
    if network.subnet_of(hit):  # type: ignore[arg-type]  # same version
        return text_of(network)
    return f"{text_of(hit)}, a part of {text_of(network)},"
