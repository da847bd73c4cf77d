"""Values that only our own pages know."""

from lamis.access import csrf


def test_a_visits_value_belongs_to_that_visit_and_this_installation() -> None:
    visit = csrf.new_visit()
    value = csrf.visit_csrf(visit, signing="k")
    assert csrf.is_same(value, csrf.visit_csrf(visit, signing="k"))
    assert not csrf.is_same(value, csrf.visit_csrf(csrf.new_visit(), signing="k"))
    assert not csrf.is_same(value, csrf.visit_csrf(visit, signing="other"))


def test_nothing_and_odd_letters_are_not_the_same() -> None:
    assert not csrf.is_same(None, "x")
    assert not csrf.is_same("", "x")
    assert not csrf.is_same("é\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "x")
