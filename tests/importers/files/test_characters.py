from importers.files import messages
from importers.files.cell import is_blank, normalized, says_nothing
from importers.files.characters import visible, without_invisible, written


def test_what_nobody_sees_is_called_by_name_in_a_sentence():
    told = messages.UNKNOWN_UNIT.about(found="\u200b", allowed="g/L")
    assert "[U+200B ZERO WIDTH SPACE]" in told.en
    assert "\u200b" not in told.zh
    assert visible("\u202eevil") == "[U+202E RIGHT-TO-LEFT OVERRIDE]evil"
    assert visible("a\nb\tc") == "a↵b⇥c"
    assert visible("患者 abc") == "患者 abc"


def test_many_of_them_are_told_once():
    assert visible("a" + "\u200b" * 30) == "a[U+200B ZERO WIDTH SPACE ×30]"
    assert len(messages.NOT_A_NUMBER.about(found="\u200b\u200c" * 300).en) < 200


def test_names_and_codes_are_compared_without_them():
    assert normalized("Se\u200bx\ufeff ") == "sex"
    assert without_invisible("a\u2060b\u3164") == "ab"
    assert (written("'１２"), written("'tis 'so"), written("‘60")) == ("12", "'tis 'so", "60")


def test_a_cell_of_them_or_of_a_dash_says_nothing():
    assert is_blank("\u200b \ufeff")
    assert all(map(says_nothing, ("-", "—", "--", "/", "", None, "\u3000", "－")))
    assert not any(map(says_nothing, ("0", 0.0, "无", "NA")))
