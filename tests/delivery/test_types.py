"""Values of deliveries."""

from lamis.delivery.types import Notable, Target, WebhookTarget


def test_words_are_what_people_choose() -> None:
    assert [each.word for each in Notable] == ["opened", "reopened", "acknowledged", "closed"]


def test_a_target_shows_no_secret() -> None:
    target: Target = WebhookTarget("https://hooks.example/?token=hidden", ("whsec_b25l",))
    assert "hidden" not in repr(target)
    assert "whsec_" not in repr(target)
