"""What the engine names as the protocol does is read by its label."""

from typing import Any

import pytest
from django.utils import translation

from analytics.wording import notice_text


def told(text: str, *, result: dict[str, Any], language: str) -> str:
    with translation.override(language):
        return notice_text({"en": text, "zh": text}, result=result)


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (
            "is above 0.1 for hbv_status=POS, age_at_index=≤65.",
            "is above 0.1 for Hepatitis B: HBsAg positive, Age at first treatment (years): ≤65.",
            "is above 0.1 for 乙肝: HBsAg阳性, 首次治疗年龄（岁）: ≤65.",
        ),
        ("out: baseline.afp, targeted.found.", None, "out: 甲胎蛋白 (ng/mL), 进展前靶向治疗."),
        ("评分：sex。", "评分：Sex。", "评分：性别。"),
        ("Resection 的 9 人", "Resection 的 9 人", "手术切除 的 9 人"),
        ("for arm=Ablation", "for Arm: Ablation", "for 组别: 消融"),
        ("an arm is known", "an arm is known", "an arm is known"),
        ("TACE_RESPONSE: not", "Response within eight weeks of a TACE: not", "TACE 后八周内疗效: not"),
    ],
)
def test_a_notice_says_labels_instead_of_names(
    result: dict[str, Any], text: str, english: str | None, chinese: str
) -> None:
    if english is not None:
        assert told(text, result=result, language="en") == english
    assert told(text, result=result, language="zh-hans") == chinese
