"""From the cells of a foreign sheet to records: one test for each part of the language."""

import datetime

import pytest

from importers.files import messages
from importers.files.raw import RawSheet, Workbook
from importers.layout.mapping_catalog import mapping_catalog
from importers.mapping.headers import located, unit_in
from importers.mapping.look import look_at_sheet
from importers.mapping.records import mapped_kinds
from importers.mapping.suggestions import suggest_codes, suggest_columns, suggest_units
from importers.mapping.text import read_mapping
from importers.mapping.trial import try_mapping
from importers.mapping.values import BLANK

DAY = datetime.date(2015, 3, 2)


def book(*rows, merged=(), name="Sheet1", hidden=None) -> Workbook:
    raw = RawSheet(name=name, rows=[list(row) for row in rows], merged=merged, hidden=hidden or {})
    return Workbook(sha256="", sheets=(raw,))


def mapping(records: str, *, head: str = "") -> object:
    return read_mapping(f"mapping: 1\nname: a\n{head}\nrecords:\n{records}")


def records(rows, *, of="lab_wide", head="", rule="", variables):
    """{variable: values} of the records of one kind, problems by their code."""
    said = mapping(f"  - kind: {of}\n{rule}    variables: {variables}", head=head)
    workbook = rows if isinstance(rows, Workbook) else book(*rows)
    sheet = located(workbook, mapping=said)
    (kind,) = mapped_kinds(sheet, mapping=said, catalog=mapping_catalog())
    return {
        name: [one.problem.code if one.problem else one.value for one in told] for name, told in kind.variables.items()
    }


def values(cells, *, source, name="alb", of="lab_wide", head=""):
    return records(
        [["ID", "X"], *(["P", cell] for cell in cells)], of=of, head=head, variables=f"{{{name}: {source}}}"
    )[name]


def test_codes_are_read_as_listed_and_others_are_asked_about():
    source = "{header: X, codes: {1: M, 2: F, 9: refuse, '-': ~, x: UNK, '': UNK}}"
    given = values([1.0, "2", 9.0, "-", "X", "", "3"], source=source, name="sex", of="patient")
    assert given == ["M", "F", "M-REFUSED", "", "UNK", "UNK", "M-VALUE"]
    assert values(
        ["a"], source="{header: X, codes: {A: [GELFOAM, PVA]}}", name="embolic_agent", of="transarterial"
    ) == ["GELFOAM;PVA"]


def test_true_is_not_one():
    source = "{header: X, codes: {1: M, TRUE: F}}"
    assert values([True, 1.0], source=source, name="sex", of="patient") == ["F", "M"]


@pytest.mark.parametrize(
    ("source", "cells", "given"),
    [
        (
            "{header: X, unit: g/dL}",
            [4.1, "4.1", "<0.5", "41 g/L", "x"],
            ["4.1 g/dL", "4.1 g/dL", "<0.5 g/dL", "41 g/L", "x"],
        ),
        (
            "{header: X, units: [{above: 10, unit: g/L}, {below: 6, unit: g/dL}]}",
            [41, 4.1, 8],
            ["41 g/L", "4.1 g/dL", "M-UNIT"],
        ),
        ("{header: X, units: [{above: 100, unit: refuse}, {unit: g/L}]}", [410, 41], ["M-REFUSED", "41 g/L"]),
        (
            "{header: X, flags: [↑, ↓, H, L, '*']}",
            ["35.2↓", "98 L", "H 41", "10.2*", "↑", ">1210 ↑"],
            ["35.2", "98", "41", "10.2", "↑", ">1210"],
        ),
        ("{header: X, missing: {'?': UNK, nn: ND, gone: blank}}", ["?", "NN", "gone", 3], ["UNK", "ND", "", 3]),
        ("{header: X, missing: {未检出: below}, limit: 0.9}", ["未检出"], ["<0.9"]),
        ("{header: X, missing: {未检出: below}}", ["未检出"], ["M-LIMIT"]),
        ("{header: X, missing: {未检出: below}, limit: 0.9, unit: g/L}", ["未检出"], ["<0.9 g/L"]),
        ("{header: X, split: {by: '*', part: 2}}", ["2.1*1.9", "3", ""], ["1.9", "", ""]),
        ("{header: X, split: {by: '*', take: highest}}", ["1.9*2.1", "2×3", "*"], [2.1, "M-SPLIT", "M-SPLIT"]),
        ("{header: X, when: {header: X, above: 5}}", [4, 6, "x"], ["", 6, ""]),
    ],
)
def test_numbers_units_marks_and_words(source, cells, given):
    assert values(cells, source=source) == given


@pytest.mark.parametrize(
    ("order", "cells", "given"),
    [
        (
            "day-first",
            ["25/03/2019", "3.4.2019", "03/2019", "2019-03-25"],
            [datetime.date(2019, 3, 25), datetime.date(2019, 4, 3), "2019-03", "2019-03-25"],
        ),
        ("month-first", ["03/25/2019", "25/03/2019"], [datetime.date(2019, 3, 25), "25/03/2019"]),
    ],
)
def test_dates_in_the_order_of_the_center(order, cells, given):
    assert values(cells, source=f"{{header: X, dates: {order}}}", name="diagnosis_date", of="patient") == given


@pytest.mark.parametrize(
    ("shift", "amount", "given"),
    [
        ("minus: {header: N, unit: years}, known_to: year", 60, "1955"),
        ("minus: {header: N, unit: years}, known_to: month", 60, "1955-03"),
        ("plus: {header: N, unit: weeks}", 1.5, datetime.date(2015, 3, 12)),
        ("plus: {header: N, unit: months}", 1, datetime.date(2015, 4, 2)),
        ("plus: {header: N, unit: days}", "x", "M-TIME"),
        ("plus: {header: N, unit: days}", 1e9, "M-TIME"),
        ("plus: {header: N, unit: days}", "", ""),
        ("plus: {value: 2, unit: days}", "", datetime.date(2015, 3, 4)),
    ],
)
def test_times_are_added_to_dates(shift, amount, given):
    found = records([["D", "N"], [DAY, amount]], of="patient", variables=f"{{birth_date: {{header: D, {shift}}}}}")
    assert found["birth_date"] == [given]


@pytest.mark.parametrize(
    ("take", "given"), [("first", 3), ("last", "5"), ("highest", "5"), ("sum", 8.0), ("mean", 4.0), ("lowest", 3)]
)
def test_several_columns_make_one_value(take, given):
    rows = [["A", "B", "C"], ["", 3, "5"]]
    assert records(rows, variables=f"{{alb: {{headers: [A, B, C], take: {take}}}}}")["alb"] == [given]


def test_a_row_makes_a_record_only_where_it_says_so():
    rows = [["ID", "E", "N"], ["a", 1, 5], ["b", "0", 7], ["c", "", 9]]
    found = records(rows, of="transarterial", rule="    when: {header: E, is: 1}\n", variables="{local_id: ID}")
    assert found["local_id"] == ["a"]
    rule = "    when: [{header: E, filled: true}, {header: N, above: 6}]\n"
    assert records(rows, of="transarterial", rule=rule, variables="{local_id: ID}")["local_id"] == ["b"]
    assert records(rows, of="transarterial", rule="    when: {header: E, is_not: [1]}\n", variables="{local_id: ID}")[
        "local_id"
    ] == ["b"]


def test_repeated_columns_make_a_record_each_and_lacking_ones_none():
    said = mapping(
        "  - {kind: ae, repeat: [1, 2, 3], when: {header: 'T{n}', filled: true}, constants: {ctcae_version: '{n}'}, variables: {local_id: ID, ae_term: 'T{n}'}}"
    )
    (kind,) = mapped_kinds(
        located(book(["ID", "T1", "T2"], ["a", "x", "y"], ["b", "", "z"]), mapping=said),
        mapping=said,
        catalog=mapping_catalog(),
    )
    assert [one.value for one in kind.variables["ae_term"]] == ["x", "y", "z"]
    assert [one.value for one in kind.variables["ctcae_version"]] == ["1", "2", "2"]
    assert (kind.rows, kind.blocks) == ([2, 2, 3], [0, 1, 1])
    assert [columns["ae_term"] for columns in kind.columns] == [2, 3]


@pytest.mark.parametrize(("once", "kept", "row"), [("first", "B", 3), ("last", "C", 4)])
def test_rows_of_one_patient_are_one_and_disagreements_are_told(once, kept, row):
    said = mapping(f"  - {{kind: patient, once: {once}, variables: {{local_id: ID, sex: S}}}}")
    sheet = located(book(["ID", "S"], ["1", ""], ["1", "B"], ["1", "C"], ["2", "?"], ["", "D"]), mapping=said)
    (kind,) = mapped_kinds(sheet, mapping=said, catalog=mapping_catalog())
    assert [one.value for one in kind.variables["sex"]] == [kept, "?", "D"]
    assert kind.rows == [2, 5, 6]
    assert kind.elsewhere == {(0, "sex"): row}
    (difference,) = kind.differences
    assert {difference.row, difference.kept_row} == {3, 4}


def test_birth_years_from_ages_may_lie_side_by_side():
    variables = "{local_id: ID, birth_date: {header: D, minus: {header: A, unit: years}, known_to: year}}"
    said = mapping(f"  - kind: patient\n    variables: {variables}")
    rows = [["ID", "D", "A"], ["1", DAY, 60], ["1", DAY.replace(month=11), 61], ["1", DAY.replace(year=2016), 50]]
    (kind,) = mapped_kinds(located(book(*rows), mapping=said), mapping=said, catalog=mapping_catalog())
    assert [one.row for one in kind.differences] == [4]


def test_what_the_reader_left_out_is_told_where_its_value_would_stand():
    hidden = {(2, 2): messages.ERROR_CELL.about(found="#N/A")}
    found = records(book(["ID", "X"], ["a", ""], ["b", 4], hidden=hidden), variables="{local_id: ID, alb: X}")
    assert found["alb"] == [messages.ERROR_CELL.code, 4]


HEADS = {
    "title rows": (book(["Report"], [], ["ID", "X"], ["a", 1]), "", ["a"]),
    "comments": (book(["#a", "#b"], ["#c"], ["ID", "X"], ["#no", 2], ["a", 1]), 'header: {comment: "#"}', ["a"]),
    "first row of data": (book(["ID", "X"], ["text", "number"], ["a", 1]), "header: {row: 1, first: 3}", ["a"]),
    "full width and case": (book(["ｉｄ", " x "], ["a", 1]), "", ["a"]),
}


@pytest.mark.parametrize("name", HEADS)
def test_headers_are_found_below_titles_and_comments(name):
    workbook, head, given = HEADS[name]
    assert records(workbook, head=head, variables="{local_id: ID, alb: X}")["local_id"] == given


@pytest.mark.parametrize("merged", [("B1:C1",), ()])
def test_two_rows_of_headers_are_joined(merged):
    workbook = book(["ID", "Labs", "", "End"], ["", "alb", "plt", ""], ["a", 41, 150, 1], merged=merged)
    found = records(workbook, head="header: {rows: 2}", variables="{local_id: ID, alb: Labs / alb, plt: Labs / plt}")
    assert (found["alb"], found["plt"]) == ([41], [150])


def test_equal_and_empty_headers_have_names_of_their_own():
    workbook = book(["ID", "AFP", "afp", ""], ["a", 1, 2, 3])
    found = records(workbook, variables="{local_id: ID, afp: 'AFP #2', alb: (D)}")
    assert (found["afp"], found["alb"]) == ([2], [3])


@pytest.mark.parametrize(
    ("header", "unit"), [("AFP (ng/mL)", "ng/mL"), ("白蛋白（g/L）", "g/L"), ("Hb [g/dL] #2", "g/dL"), ("ALT", "")]
)
def test_the_unit_of_a_header(header, unit):
    assert unit_in(header) == unit


def test_a_text_file_needs_no_sheet_name_and_another_sheet_is_not_taken():
    said = mapping("  - {kind: patient, variables: {local_id: ID}}", head="sheet: Export")
    workbook = book(["ID"], ["a"], name="march")
    assert located(workbook, mapping=said) is None
    assert located(Workbook(sha256="", sheets=workbook.sheets, is_text=True), mapping=said) is not None


LOOK = look_at_sheet(
    RawSheet(
        name="s",
        rows=[["Hospital"], ["Gender", "HGB (g/dL)", "术前甲胎蛋白", "姓名", "zzz"]]
        + [["male" if n % 3 else "female", 12 + n % 3, n * 10, "张三", "q"] for n in range(30)],
    )
)


def test_a_look_finds_the_headers_and_hides_persons():
    assert (LOOK.header.row, LOOK.rows) == (2, 32)
    assert LOOK.first[2][3] == "•••"
    gender, hemoglobin, _, persons, _ = LOOK.columns
    assert dict(gender.values) == {"male": 20, "female": 10}
    assert hemoglobin.numbers == (12, 13, 14)
    assert persons.values == ()


def test_suggestions_say_why_and_nothing_where_nothing_is_likely():
    found = suggest_columns(LOOK, catalog=mapping_catalog())
    best = {
        header: (told[0].variable, [one.value for one in told[0].evidence]) for header, told in found.items() if told
    }
    assert best["Gender"] == ("sex", ["synonym", "values"])
    assert best["HGB (g/dL)"] == ("hb", ["synonym", "unit"])
    assert best["术前甲胎蛋白"][0] == "afp"
    assert found["zzz"] == ()
    assert all(en and zh for told in found.values() for one in told for en, zh in one.why)


@pytest.mark.parametrize(("value", "code"), [("Stage-A", "A"), ("Stage D", "D"), ("stage A or B", None)])
def test_a_code_behind_a_word_is_suggested(value, code):
    column = look_at_sheet(book(["BCLC"], [value]).sheets[0]).columns[0]
    (suggested,) = suggest_codes(column, variable=mapping_catalog()["assessment"].variables["bclc_stage"])
    assert suggested.code == code


def test_codes_and_units_are_suggested_from_what_the_column_holds():
    kinds = mapping_catalog()
    codes = suggest_codes(LOOK.columns[0], variable=kinds["patient"].variables["sex"])
    assert {one.value: one.code for one in codes} == {"male": "M", "female": "F"}
    units = suggest_units(LOOK.columns[1], variable=kinds["lab_wide"].variables["hb"])
    assert (units[0].unit, units[0].share) == ("g/dL", 1.0)


def test_a_trial_shows_what_becomes_of_rows_and_what_is_unknown():
    said = mapping(
        "  - {kind: patient, variables: {local_id: ID, sex: {header: S, codes: {1: M}}, shoe: S, birth_date: Born}}"
    )
    trial = try_mapping(
        book(["ID", "S", "Extra"], ["a", 1, 0], ["b", 7, 0], ["c", 7, 0]), mapping=said, catalog=mapping_catalog()
    )
    (kind,) = trial.kinds
    assert (kind.total, kind.records[0].row) == (3, 2)
    assert [(one.variable, one.cell, one.raw, one.value) for one in kind.records[0].cells] == [
        ("local_id", "A2", "a", "a"),
        ("sex", "B2", "1", "M"),
    ]
    assert trial.unread == ("Extra",)
    assert trial.unknown[0].values == (("7", 2),)
    told = " ".join(one.en for one in trial.problems)
    assert "shoe" in told
    assert "Born" in told
    nothing = try_mapping(book(["Q"], ["1"]), mapping=said, catalog=mapping_catalog())
    assert (nothing.kinds, nothing.problems[-1].path) == ((), "sheet")


LONG = """
    variables:
      local_id: 病历号
      analyte_code: {header: 项目, codes: {谷丙转氨酶: alt, ALT: alt, AFP: afp, 乙肝表面抗原: hbsag_q, 血糖: ~}}
      value: {header: 结果, flags: ["↑"]}
      unit: {header: 单位, missing: {无: blank}}
    tests:
      afp: {limit: 0.605, missing: {未检出: below}, unit: ng/mL}
      hbsag_q: {codes: {弱阳性: POS}}
"""


def long_records(*rows, rule=LONG, head="", hidden=None):
    said = mapping(f"  - kind: lab{rule}", head=head)
    sheet = located(book(["病历号", "项目", "结果", "单位"], *rows, hidden=hidden), mapping=said)
    (kind,) = mapped_kinds(sheet, mapping=said, catalog=mapping_catalog())
    return [
        {
            name: one[place].problem.code if one[place].problem else one[place].value
            for name, one in kind.variables.items()
            if one[place] is not BLANK and name != "local_id"
        }
        for place in range(len(kind.rows))
    ]


def test_a_row_per_result_fills_the_variable_of_its_test_in_the_unit_of_its_row():
    given = long_records(
        ["P1", "谷丙转氨酶", "35.2↑", "U/L"],
        ["P1", "ALT", 0.6, "ukat/L"],
        ["P1", "AFP", "未检出", ""],
        ["P1", "AFP", 12.0, "无"],
        ["P1", "AFP", "<5 ug/L", "ng/mL"],
        ["P1", "乙肝表面抗原", "弱阳性", "COI"],
    )
    assert given == [
        {"analyte_code": "alt", "alt": "35.2 U/L"},
        {"analyte_code": "alt", "alt": "0.6 ukat/L"},
        {"analyte_code": "afp", "afp": "<0.605 ng/mL"},
        {"analyte_code": "afp", "afp": "12 ng/mL"},
        {"analyte_code": "afp", "afp": "<5 ug/L"},
        {"analyte_code": "hbsag_q", "hbsag_q": "POS"},
    ]


def test_a_test_that_is_left_out_makes_no_record_and_one_that_nobody_named_is_asked_about():
    rows = (["P1", "血糖", 5.1, ""], ["P1", "尿酸", 300, ""], ["P1", "", "", ""], ["P1", "", 7, ""])
    assert long_records(*rows) == [{"analyte_code": "M-VALUE"}, {"analyte_code": ""}]
    others = LONG.replace("血糖: ~", '"*": ~')
    assert long_records(*rows[:2], ["P1", "AFP", 3, ""], rule=others) == [{"analyte_code": "afp", "afp": "3 ng/mL"}]


def test_a_result_that_the_reader_left_out_is_told_and_a_sheet_without_values_makes_no_record():
    hidden = {(2, 3): messages.ERROR_CELL.about(found="#N/A")}
    assert long_records(["P1", "AFP", "", ""], hidden=hidden) == [{"analyte_code": "afp", "afp": "C-ERROR"}]
    assert long_records(["P1", "AFP", 1, ""], rule=LONG.replace("结果", "值")) == []
