"""What the engine names as the protocol does is read by its label."""

import re
from typing import Any

import pytest
from django.utils import translation

from analytics.messages import p_in_words
from analytics.report.labels import variable_label
from analytics.report.numbers import method_label, notice_text, place_label
from analytics.report.tables.tables import design_tables

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def told(text: str, *, result: dict[str, Any], language: str) -> str:
    with translation.override(language):
        return notice_text({"en": text, "zh": text}, result=result)


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (
            "is above 0.1 for hbv_status=POS, age_at_index=≤65.",
            "is above 0.1 for Hepatitis B: HBsAg positive, Age at first treatment (years): ≤65.",
            "is above 0.1 for 乙肝：HBsAg阳性, 首次治疗年龄（岁）：≤65.",
        ),
        ("out: baseline.afp, targeted.found.", None, "out: 甲胎蛋白 (ng/mL), 进展前靶向治疗."),
        ("评分：sex。", "评分：Sex。", "评分：性别。"),
        ("Resection 的 9 人", "Resection 的 9 人", "手术切除 的 9 人"),
        ("for arm=Ablation", "for Arm: Ablation", "for 组别：消融"),
        ("an arm is known", "an arm is known", "an arm is known"),
        ("TACE_RESPONSE: not", "Response within 8 weeks of TACE: not", "TACE 后八周内疗效: not"),
    ],
)
def test_a_notice_says_labels_instead_of_names(
    result: dict[str, Any], text: str, english: str | None, chinese: str
) -> None:
    if english is not None:
        assert told(text, result=result, language="en") == english
    assert told(text, result=result, language="zh-hans") == chinese


METHODS = {
    "Welch t": "Welch t test",
    "Wilcoxon rank-sum": "Wilcoxon rank-sum test",
    "chi-squared, Pearson": "Pearson chi-squared test",
    "chi-squared, Yates": "chi-squared test with Yates correction",
    "Fisher exact": "Fisher exact test",
    "Fisher, Monte Carlo": "Fisher exact test (Monte Carlo)",
    "McNemar, exact": "exact McNemar test",
    "McNemar, corrected": "McNemar test (continuity-corrected)",
}


@pytest.mark.parametrize(("name", "label"), METHODS.items())
def test_a_statistical_test_has_a_name_in_both_languages(name: str, label: str) -> None:
    with translation.override("en"):
        assert method_label(name) == label
    with translation.override("zh-hans"):
        assert CHINESE.search(method_label(name))
        assert method_label("another") == "another"


def test_the_notes_of_a_table_name_its_tests_in_chinese(result: dict[str, Any]) -> None:
    with translation.override("zh-hans"):
        notes = " ".join(note for table in design_tables(result) for note in table.notes)
    assert "检验" in notes
    names = [*METHODS, *METHODS.values()]
    assert [name for name in names if f"{name};" in notes or f"{name}。" in notes] == []


@pytest.mark.parametrize(
    ("where", "english", "chinese"),
    [
        ("endpoints", "Endpoints", "终点"),
        ("propensity", "Propensity score", "倾向评分"),
        ("matching", "Matching", "匹配"),
        ("balance", "Balance", "均衡性"),
        (
            "endpoints.PPS.matched",
            "Endpoints · Post-progression survival · After matching",
            "终点 · 进展后生存期 · 匹配后",
        ),
        (
            "cox.OS.unmatched.univariable",
            "Cox models · Overall survival · Before matching · Univariable",
            "Cox 模型 · 总生存期 · 匹配前 · 单因素",
        ),
        ("endpoints.time to relapse", "Endpoints · time to relapse", "终点 · time to relapse"),
    ],
)
def test_the_place_of_a_notice_is_said_in_words(result: dict[str, Any], where: str, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert place_label(where, result=result) == english
    with translation.override("zh-hans"):
        assert place_label(where, result=result) == chinese


@pytest.mark.parametrize(
    ("p", "shown"), [(0.04321, "P = 0.0432"), (0.0001, "P = 0.0001"), (3e-9, "P <0.0001"), (None, "P –")]
)
def test_a_small_p_is_not_told_as_zero(p: float | None, shown: str) -> None:
    assert p_in_words(p) == shown


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_place_that_a_notice_names_is_said_in_words(result: dict[str, Any], language: str) -> None:
    places = [notice["where"] for notice in [*result["warnings"], *result["checks"]]]
    places += [f"flow.{row['id']}" for row in result["flow"]]
    places += ["immortal_time.ccw.matched", "sensitivity.tied_scores", "protocol", "data", "propensity.weights"]
    with translation.override(language):
        for place in places:
            shown = place_label(place, result=result)
            assert not set(place.split(".")) & set(shown.split(" · ")), (place, shown)
            if language == "zh-hans":
                assert all(CHINESE.search(part) for part in shown.split(" · ")), (place, shown)


def test_units_are_written_as_people_write_them() -> None:
    assert variable_label("baseline.plt") == "Platelets (×10⁹/L)"
    assert variable_label("baseline.tbil").endswith("(µmol/L)")
