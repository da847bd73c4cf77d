"""The form of a channel."""

from lamis.delivery.types import ChannelKind
from lamis.web.channels_form import DEFAULTS, SECRETS, ChannelForm, chosen, typed
from lamis.web.forms import Form, shown


def form_of(**changes: object) -> ChannelForm:
    values: dict[str, object] = {
        "kind": ChannelKind.WEBHOOK,
        "values": shown(DEFAULTS, secrets=SECRETS),
        "events": chosen(DEFAULTS),
        "action": "/channels/add",
        **changes,
    }
    return ChannelForm(**values)  # type: ignore[arg-type]


def test_what_is_typed_is_named_as_drafts_take_it() -> None:
    values = typed(Form({"name": (" x ",), "password": (" y ",), "events": ("opened", "closed")}))
    assert (values["name"], values["password"], values["events"]) == ("x", " y ", ["opened", "closed"])
    assert values["url"] == ""


def test_an_error_belongs_to_its_field_or_to_the_whole() -> None:
    assert form_of(error="Wrong.", wrong_field="url").error_of("url") == "Wrong."
    assert form_of(error="Wrong.", wrong_field="url").general_error == ""
    assert form_of(error="Wrong.").general_error == "Wrong."


def test_blank_secrets_say_what_they_mean() -> None:
    assert form_of().hint_of("url") == ""
    assert "stored" in form_of(channel_id="c").hint_of("url")
    assert "typed" in form_of(kept_names=frozenset({"url"})).hint_of("url")
