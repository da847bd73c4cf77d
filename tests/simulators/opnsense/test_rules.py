"""What the model of rules accepts."""

from lamis.simulators.opnsense.rules import Rule, problems

NOW = (26, 7, 2)


def test_unknown_fields_are_dropped() -> None:
    assert Rule("x").changed({"nonsense": "1", "log": 1}) == Rule("x", log="1")


def test_sides_are_addresses_or_known_aliases() -> None:
    rule = Rule("x", source_net="T", destination_net="192.0.2.0/24")
    assert problems(rule, names={"T"}, version=NOW) == {}
    told = problems(rule, names=(), version=NOW)
    assert told == {"rule.source_net": "T is not a valid source IP address or alias."}


def test_choices_are_judged() -> None:
    told = problems(Rule("x", action="drop", direction="up", ipprotocol="inet7"), names=(), version=NOW)
    assert sorted(told) == ["rule.action", "rule.direction", "rule.ipprotocol"]
    assert told["rule.action"] == "Option [drop] not in list."
