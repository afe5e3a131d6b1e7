import pytest

from importers.files.number_formats import telling_format


@pytest.mark.parametrize(
    ("code", "number", "seen"),
    [
        ("0%", 0.12, "12%"), ("0.00%", 0.1234567, "12.34567%"), ("0.0%;[Red]-0.0%", 0.07, "7%"), ("0%", 1.1, "110%"), ("0%", -0.05, "-5%"),
        ("00000", 7.0, "00007"), ("000", 1234.0, "1234"), ('"P"000', 7.0, "P007"), ("000\\-00", 12345.0, "123-45"), ('0.0" g/dL"', 4.1, "4.1 g/dL"),
        ('"<"0.0', 0.5, "<0.5"), ('0.00"%"', 12.5, "12.5%"), ("0.0\\ \\c\\m", 3.0, "3 cm"),
    ],
)  # fmt: skip
def test_a_number_is_what_is_seen_of_it(code, number, seen):
    assert telling_format(code).seen(number) == seen


@pytest.mark.parametrize(
    "code",
    ["General", "0", "0.00", "#,##0", "#,##0.00", "@", "yyyy-mm-dd", "[$-409]d/m/yy h:mm", "0.00E+00", "# ?/?", "_(* #,##0.00_)", "[h]:mm:ss", "0.0,"],
)  # fmt: skip
def test_a_format_that_only_shortens_a_number_says_nothing(code):
    assert telling_format(code) is None
