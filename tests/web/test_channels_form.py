"""The form of a channel."""

from lamis.delivery.types import ChannelKind
from lamis.web.channels_form import DEFAULTS, ChannelForm, chosen, shown, typed
from lamis.web.forms import Form


def form_of(**changes: object) -> ChannelForm:
    values: dict[str, object] = {
        "kind": ChannelKind.WEBHOOK,
        "values": shown(DEFAULTS),
        "events": chosen(DEFAULTS),
        "action": "/channels/add",
        **changes,
    }
    return ChannelForm(**values)  # type: ignore[arg-type]


def test_secrets_are_never_shown_again() -> None:
    assert shown({"url": "https://hidden.example", "password": "hidden", "name": "x"}) == {"name": "x"}


def test_lists_are_shown_as_lines() -> None:
    assert shown({"recipients": ["a@example.org", "b@example.org"], "port": 25, "ca_pem": None}) == {
        "recipients": "a@example.org\nb@example.org",
        "port": "25",
    }


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
