"""Whatever could be the same name is found, without comparing all with all."""

from revops_pipeline.matching.candidates import nearest
from revops_pipeline.matching.weights import Weights

ASKED = [("acme", "robotics"), ("siriusxm",), ("international", "business", "machines"), ("zeta",)]


def found(*asking: str, asked: list[tuple[str, ...]] = ASKED) -> list[list[tuple[str, ...]]]:
    names = [tuple(text.split()) for text in asking]
    places = nearest(names, asked, Weights({*names, *asked}))
    return [[asked[place] for place in own] for own in places]


def test_a_shared_rare_word_is_enough() -> None:
    assert found("acme europe") == [[("acme", "robotics")]]


def test_words_written_together_or_apart_are_found() -> None:
    assert found("sirius xm") == [[("siriusxm",)]]
    assert found("acmerobotics") == [[("acme", "robotics")]]


def test_initials_are_found_from_both_sides() -> None:
    assert found("ibm") == [[("international", "business", "machines")]]
    asked: list[tuple[str, ...]] = [("ibm",)]
    assert found("international business machines", asked=asked) == [[("ibm",)]]


def test_a_letter_more_less_changed_or_exchanged_is_found() -> None:
    for slip in ("globbex", "glbex", "glodex", "golbex"):
        assert found(f"acme {slip}", asked=[("globex",)]) == [[("globex",)]]


def test_a_word_that_both_sides_have_stands_for_no_other() -> None:
    assert found("robotic", asked=[("robotics",), ("robotic",)]) == [[("robotic",)]]


def test_nothing_in_common_is_nothing_found() -> None:
    assert found("globex", "zeta") == [[], [("zeta",)]]


def test_the_best_come_first_and_are_few() -> None:
    asked = [("hooli", f"x{i}") for i in range(50)] + [("hooli",)]
    (best,) = found("hooli", asked=asked)
    assert best[0] == ("hooli",)
    assert len(best) == 8


def test_a_word_is_heavier_the_fewer_names_have_it() -> None:
    weights = Weights([("acme", "energy"), ("globex", "energy"), ("globex", "x")])
    assert weights["acme"] > weights["globex"] > weights["energy"] > weights["of"]
    assert weights.is_rare("acme")
    assert not weights.is_rare("energy")
    assert not weights.is_rare("1234")
