"""Forms as they are sent."""

from lamis.web.forms import EMPTY, Form


def test_a_field_that_was_not_sent_is_empty() -> None:
    assert EMPTY.text("name") == ""
    assert EMPTY.values("name") == ()
    assert not EMPTY.is_on("name")


def test_text_is_trimmed_and_a_password_is_not() -> None:
    form = Form({"name": (" Olga ", "second"), "on": ("on",)})
    assert form.text("name") == "Olga"
    assert form.raw("name") == " Olga "
    assert form.values("name") == (" Olga ", "second")
    assert form.is_on("on")
