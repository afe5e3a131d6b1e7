"""What a pasted printout would enter into the panel, as its dialog shows it."""

from typing import Any

import pytest
from django.test import Client

from tests.conftest import Cast
from tests.registry.admin.test_typed_values import NUMBERS

pytestmark = pytest.mark.django_db
PAGE = "/records/laboratory/printout/"


def shown(client: Client, text: str) -> dict[str, Any]:
    answer = client.post(PAGE, {"text": text})
    assert answer.status_code == 200
    return dict(answer.json())


def test_values_come_with_their_box_and_what_was_assumed(entering: Client) -> None:
    told = shown(entering, "白蛋白 41.7 g/L\nALT 45 ↑\nHBsAg 阳性\n检验者 王某")
    by_box = {each["box"]: each for each in told["results"]}
    assert {box: each["text"] for box, each in by_box.items()} == {
        "laboratory_alb": "41.7 g/L",
        "laboratory_alt": "45",
        "laboratory_hbsag_q": "POS",
    }
    assert by_box["laboratory_alt"]["note"] == "no unit given: taken as U/L"
    assert told["others"] == ["检验者 王某"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("PT 12,5 s", "12,5"),
        ("AFP 12 kg/L", "kg/L"),
        ("ALB 4170 g/L", "outside the range"),
        ("ALT 45 U/L\nALT 54 U/L", "more than once"),
    ],
)
def test_what_cannot_be_a_value_is_told_and_not_offered(entering: Client, text: str, word: str) -> None:
    results = shown(entering, text)["results"]
    assert all(each["text"] == "" and word in each["problem"] for each in results)


def test_nothing_typed_in_a_printout_becomes_another_number(entering: Client) -> None:
    unclear = [text for text, meant in NUMBERS.items() if meant is ... and "41" not in text and len(text) < 300]
    for text in unclear:
        offered = [each["text"] for each in shown(entering, f"ALB {text} g/L")["results"]]
        assert not [each for each in offered if each and text not in each], (text, offered)
    print(f"printouts: {len(unclear)} unclear numbers, none offered as another")
    assert shown(entering, "ALB ４１．２ g/L")["results"][0]["text"] in {"41.2 g/L", "４１．２ g/L"}


def test_the_same_value_twice_is_one(entering: Client) -> None:
    assert len(shown(entering, "ALT 45 U/L\n谷丙转氨酶 45 U/L")["results"]) == 1


def test_who_enters_no_records_is_not_answered(client: Client, cast: Cast) -> None:
    client.force_login(cast.statistician)
    assert client.post(PAGE, {"text": "ALT 45"}).status_code == 404
