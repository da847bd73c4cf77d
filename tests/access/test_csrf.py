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


def test_a_page_carries_another_text_each_time_and_all_are_taken() -> None:
    value = csrf.visit_csrf(csrf.new_visit(), signing="k")
    made = {csrf.masked(value) for _ in range(5)}
    assert len(made) == 5
    for each in made:
        assert value not in each
        assert csrf.carries(each, value)
        assert not csrf.carries(each, csrf.visit_csrf(csrf.new_visit(), signing="k"))
    assert csrf.carries(value, value)


def test_no_value_is_masked_as_none_and_never_taken_for_one() -> None:
    value = csrf.new_visit()
    assert csrf.masked("") == ""
    for sent in (None, "", "x", "é", "====", csrf.masked(value)[:-4], csrf.masked(value) + "AAAA"):
        assert not csrf.carries(sent, value)
    assert not csrf.carries("!" + csrf.masked(value)[1:], value)
