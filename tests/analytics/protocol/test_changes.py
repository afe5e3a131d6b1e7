"""What differs between two protocols, and two people's changes of one."""

from typing import Any

from analytics.protocol.changes import ABSENT, changes, merge

BASE: dict[str, Any] = {
    "title": "HAIC",
    "eligibility": [{"id": "consent", "keep": 1}, {"id": "stage", "keep": 2}],
    "design": {"ratio": 1, "caliper": 0.2},
}


def changed(**parts: Any) -> dict[str, Any]:
    return {**BASE, **parts}


def test_changes_name_the_place_and_both_values() -> None:
    after = changed(title="TACE", eligibility=[BASE["eligibility"][0], {"id": "age", "keep": 3}])
    found = [(one.place, one.before, one.after) for one in changes(BASE, after)]
    assert found == [
        (("title",), "HAIC", "TACE"),
        (("eligibility", "stage"), {"id": "stage", "keep": 2}, ABSENT),
        (("eligibility", "age"), ABSENT, {"id": "age", "keep": 3}),
    ]
    assert list(changes(BASE, BASE)) == []


def test_a_changed_order_is_a_change() -> None:
    (one,) = changes(BASE, changed(eligibility=BASE["eligibility"][::-1]))
    assert (one.place, one.after) == (("eligibility",), ["stage", "consent"])


def test_two_people_who_change_different_things_both_find_theirs() -> None:
    mine = changed(title="TACE", eligibility=[*BASE["eligibility"], {"id": "age", "keep": 3}])
    theirs = changed(
        design={"ratio": 2, "caliper": 0.2}, eligibility=[{"id": "consent", "keep": 9}, BASE["eligibility"][1]]
    )
    merged = merge(BASE, mine=mine, theirs=theirs)
    assert merged.clashes == ()
    assert merged.content["title"] == "TACE"
    assert merged.content["design"]["ratio"] == 2
    assert merged.content["eligibility"] == [
        {"id": "consent", "keep": 9},
        {"id": "stage", "keep": 2},
        {"id": "age", "keep": 3},
    ]
    assert [one.place for one in merged.theirs] == [("eligibility", "consent", "keep"), ("design", "ratio")]


def test_where_both_changed_the_same_value_the_saved_one_stands_and_mine_is_named() -> None:
    merged = merge(BASE, mine=changed(title="Mine"), theirs=changed(title="Theirs"))
    assert merged.content["title"] == "Theirs"
    assert [(one.place, one.before, one.after) for one in merged.clashes] == [(("title",), "Theirs", "Mine")]


def test_a_row_that_one_removed_and_the_other_changed_is_not_lost() -> None:
    mine = changed(eligibility=[{"id": "consent", "keep": 5}, BASE["eligibility"][1]])
    merged = merge(BASE, mine=mine, theirs=changed(eligibility=[BASE["eligibility"][1]]))
    assert [(one.place, one.after) for one in merged.clashes] == [
        (("eligibility", "consent"), {"id": "consent", "keep": 5})
    ]
