import pytest

from importers.files.personal_columns import personal_columns_anywhere
from registry.clinical.personal_numbers import HIDDEN, names_a_person, without_persons_in_name

MOBILES = [
    "13800138000",
    "+8613800138000",
    "+86 138 0013 8000",
    "86-138-0013-8000",
    "0086 13800138000",
    "138-0013-8000",
    "138 0013 8000",
]
MOBILES += ["１３８００１３８０００", "138.0013.8000", "(+86)13800138000", "138–0013–8000", "电话：138\u200b00138000"]
CARDS = [
    "110101196005170012",
    "110101 19600517 0012",
    "110101-1960-05-17-001X",
    "１１０１０１１９６００５１７００１Ｘ",
    "11010119600517001x",
]
OTHERS = ["010-62345678", "(0571) 87654321", "+86 10 62345678", "someone@example.org"]


@pytest.mark.parametrize("text", [*MOBILES, *CARDS, *OTHERS])
def test_a_number_of_a_person_is_known_however_it_is_written(text):
    assert names_a_person(text)
    assert names_a_person(f"致电 {text}，已告知")


@pytest.mark.parametrize(
    "text",
    [
        "2019-03-05",
        "AFP 13800 ng/mL",
        "12345678901",
        "2019-03-05 13:45:00",
        "10-20",
        "1380013800013800",
        "S5/S8",
        "00123",
    ],
)
def test_other_numbers_name_nobody(text):
    assert not names_a_person(text)


def test_a_centers_own_number_may_look_like_a_telephone_but_not_like_an_id_card():
    assert not names_a_person(MOBILES[0], is_identifier=True)
    assert all(names_a_person(card, is_identifier=True) for card in CARDS)


@pytest.mark.parametrize("column", [MOBILES[1:5], CARDS, [13800138000.0] * 3, [110101196005170016.0]])
def test_a_column_of_them_goes_under_any_header(column):
    assert personal_columns_anywhere([["x", "y"], *([value, "a"] for value in column)]) == [1]


def test_a_label_of_a_data_set_names_a_column_as_a_header_does():
    assert personal_columns_anywhere([["v1", "v2"], ["a", "b"]], labels=("", "患者姓名")) == [2]


def test_a_file_name_loses_the_numbers_of_persons():
    assert without_persons_in_name("张三_110101196005170012.xlsx") == f"张三_{HIDDEN}.xlsx"
    assert without_persons_in_name("导出 138-0013-8000.csv") == f"导出 {HIDDEN}.csv"
    assert without_persons_in_name("a.b@c.org.xlsx") == f"{HIDDEN}.xlsx"
    assert without_persons_in_name("2019年肝癌.xlsx") == "2019年肝癌.xlsx"
