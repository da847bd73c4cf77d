"""The demo's notifications: a receiver in this process, a channel that it takes and one that it refuses."""

from collections.abc import Mapping

from lamis.access.notifying import send_test
from lamis.base.clock import utc_now
from lamis.base.errors import NotFound
from lamis.base.scope import EVERYTHING, SYSTEM
from lamis.delivery import actions, queries
from lamis.delivery.drafts import parse_channel
from lamis.delivery.shown import draft_values
from lamis.delivery.types import Notable
from lamis.simulators.receiver import BAD
from lamis.storage.runtime import Runtime
from lamis.tenants.queries import tenant_by_name

# Name → (tenant, path at the receiver)
CHANNELS: Mapping[str, tuple[str, str]] = {
    "night watch": ("Acme", "/night-watch"),
    "old pager": ("Globex", BAD),
}
EVENTS = tuple(each.word for each in Notable)


def prepare_channels(runtime: Runtime, receiver_url: str) -> None:
    """Have each channel lead to where the receiver answers now; all else stays as it is.

    A new one is tested, so that the log shows at once what is taken and what is not.
    """
    for name, (tenant_name, path) in CHANNELS.items():
        made = None
        with runtime.database.write() as session:
            tenant = tenant_by_name(session, EVERYTHING, tenant_name)
            if tenant is None:
                continue
            url = receiver_url + path
            values: dict[str, object] = {"name": name, "kind": "webhook", "url": url, "events": EVENTS}
            try:
                known = queries.channel_named(session, EVERYTHING, name)
                draft = parse_channel(draft_values(known) | {"url": url})
                actions.edit_channel(
                    session, SYSTEM, known.id, draft, vault=runtime.keys.vault, now=utc_now()
                )
            except NotFound:
                made, _ = actions.add_channel(
                    session,
                    SYSTEM,
                    parse_channel(values),
                    tenant_key=tenant.key,
                    vault=runtime.keys.vault,
                    now=utc_now(),
                )
        if made is not None:
            send_test(runtime, SYSTEM, made)
