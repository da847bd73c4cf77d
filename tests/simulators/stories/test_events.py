"""Rules with their text filled in."""

from lamis.simulators.stories.events import Rule, fill


def test_a_filled_rule_differs_in_its_text_alone() -> None:
    rule = Rule(1, 3, "", ("a",), frequency=8)
    assert fill(rule, "said") == Rule(1, 3, "said", ("a",), frequency=8)
