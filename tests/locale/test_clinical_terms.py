"""Chinese clinical terms that were once truncated or meant something else, and what they must be."""

import re

import polib
import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, pgettext

from importers.files.cells import normalized
from importers.layout.columns import code_names, column_names
from registry.choices import (
    AblationModality,
    AdverseEventAction,
    AscitesGrade,
    DeathCause,
    OtherMalignancyStatus,
    ResectionExtent,
    SirClass,
    TransarterialModality,
)
from registry.clinical.adverse_events.ctcae import lookup, terms
from registry.clinical.adverse_events.synonyms import term_for
from registry.models import (
    AblationLesion,
    Assessment,
    Patient,
    Radiotherapy,
    Resection,
    Transplant,
    TumorBurden,
)
from registry.workbook.sheets import sheets

CATALOG = settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def in_chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("model", "variable", "chinese"),
    [
        (AblationLesion, "size_cm", "存活病灶大小"),
        (Patient, "portal_hypertension", "临床显著性门静脉高压（CSPH）"),
        (Patient, "varices", "食管胃静脉曲张"),
        (Patient, "prior_hcc_treatment", "既往抗肿瘤治疗史"),
        (Patient, "edmondson_grade", "Edmondson-Steiner分级"),
        (Assessment, "future_liver_remnant_pct", "剩余肝体积/标准肝体积比（FLR/SLV）"),
        (TumorBurden, "arterioportal_shunt", "肝动脉-门静脉瘘（动门脉分流）"),
        (TumorBurden, "hvtt_vv", "肝静脉或下腔静脉侵犯"),
        (Resection, "resection_margin", "切缘状态（R分级）"),
        (Resection, "clavien_dindo_max", "术后90天最高Clavien-Dindo分级"),
        (Transplant, "explant_viable_pct", "病肝（切除肝）存活肿瘤比例"),
        (Radiotherapy, "mean_liver_dose_gy", "正常肝平均剂量"),
    ],
)
def test_a_variable_says_in_chinese_what_it_says_in_english(model, variable, chinese):
    assert str(model._meta.get_field(variable).verbose_name) == chinese


@pytest.mark.parametrize(
    ("code", "chinese"),
    [
        (AscitesGrade("1"), "少量或利尿剂可控制"),
        (AscitesGrade("3"), "大量或难治性"),
        (OtherMalignancyStatus("ACTIVE"), "活动期（未缓解）"),
        (AdverseEventAction.TRANSFUSION, "输血"),
        (DeathCause.TUMOR, "肝癌"),
        (TransarterialModality("TAI"), "经动脉灌注化疗（TAI）"),
        (AblationModality("PEI"), "无水乙醇注射（PEI）"),
        (ResectionExtent("CENTRAL"), "中肝叶切除"),
        (SirClass.A, "A级，轻微并发症"),
        (SirClass.C, "C级，严重（主要）并发症"),
        (SirClass.E, "E级，严重（主要）并发症"),
    ],
    ids=str,
)
def test_a_code_says_in_chinese_what_it_says_in_english(code, chinese):
    assert str(code.label) == chinese


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("AFP-L3 fraction", "甲胎蛋白异质体比率（AFP-L3%）"),
        ("Complete ablation at 1 month", "1个月时完全消融"),
        ("Line of systemic therapy", "系统治疗线数"),
        ("Unresectable: inadequate liver function", "不可切除：肝功能不足"),
        ("Fine-Gray subdistribution hazard ratio", "Fine-Gray 亚分布风险比"),
        ("pooled standard deviation before matching", "匹配前的合并标准差"),
    ],
)
def test_a_label_is_not_cut_short(english, chinese):
    assert gettext(english) == chinese


def test_a_running_center_and_an_active_malignancy_are_two_words():
    assert gettext("Active") == "启用"
    assert pgettext("malignancy", "Active") == "活动期（未缓解）"


@pytest.mark.parametrize(
    ("term", "chinese"),
    [
        ("Anaphylaxis", "速发过敏反应（严重过敏反应）"),
        ("Thromboembolic event", "血栓栓塞事件"),
        ("Ileus", "肠麻痹（麻痹性肠梗阻）"),
        ("Stevens-Johnson syndrome", "史-约综合征（Stevens-Johnson综合征）"),
        ("Toxic epidermal necrolysis", "中毒性表皮坏死松解症"),
        ("Hyperthyroidism", "甲状腺功能亢进"),
        ("Hypothyroidism", "甲状腺功能减退"),
        ("Atrial fibrillation", "心房颤动"),
        ("Activated partial thromboplastin time prolonged", "活化部分凝血活酶时间（APTT）延长"),
        ("Hypoalbuminemia", "低白蛋白血症"),
        ("Hyperglycemia", "高血糖症"),
        ("Peritoneal infection", "腹膜感染"),
    ],
)
def test_an_adverse_event_has_its_full_chinese_name(term, chinese):
    assert lookup(term).term_zh == chinese


@pytest.mark.parametrize(
    ("organ_class", "chinese"),
    [
        ("Eye disorders", "眼器官疾病"),
        ("Respiratory, thoracic and mediastinal disorders", "呼吸系统、胸及纵隔疾病"),
        ("Investigations", "各类检查"),
        ("Vascular disorders", "血管与淋巴管类疾病"),
        ("Skin and subcutaneous tissue disorders", "皮肤及皮下组织类疾病"),
    ],
)
def test_an_organ_class_has_its_full_chinese_name(organ_class, chinese):
    assert {each.soc_zh for each in terms() if each.soc == organ_class} == {chinese}


def test_every_adverse_event_has_a_chinese_name_of_its_own():
    names = [each.term_zh for each in terms()]
    assert all(CHINESE.search(name) for name in names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("chart", "term"),
    [
        ("甲亢", "Hyperthyroidism"),
        ("房颤", "Atrial fibrillation"),
        ("静脉血栓", "Thromboembolic event"),
        ("过敏性休克", "Anaphylaxis"),
        ("APTT延长", "Activated partial thromboplastin time prolonged"),
        ("肠梗阻", None),
        ("腹膜炎", None),
    ],
)
def test_the_words_of_charts_are_still_understood_and_doubtful_ones_asked_about(chart, term):
    assert term_for(chart).term == term


def test_workbooks_with_the_former_labels_are_still_read():
    ablation, assessment = "05_消融_ablation", "02_评估_assessment"
    assert column_names(ablation)["病灶大小"] == "size_cm"
    assert code_names(assessment, column="ascites_grade")["少量"] == "1"
    assert code_names(assessment, column="ascites_grade")["少量或利尿剂可控制"] == "1"


def test_a_former_label_never_takes_the_place_of_a_present_one():
    for sheet in sheets():
        present = {normalized(str(column.label)): column.name for column in reversed(sheet.columns)}
        assert {spelling: column_names(sheet.name)[spelling] for spelling in present} == present
        for column in sheet.columns:
            codes = {normalized(str(label)): code for code, label in reversed(column.codes.items())}
            known = code_names(sheet.name, column=column.name)
            assert {spelling: known[spelling] for spelling in codes} == codes, column.name


@pytest.mark.parametrize(
    ("other", "ours"),
    [
        ("倾向性评分", "倾向评分"),
        ("在险人数", "风险人数"),
        ("推算", "推导"),
        ("门脉癌栓", "门静脉癌栓"),
        ("存活瘤", "存活肿瘤"),
        ("全瘤", "整个病灶"),
        ("标准化差异", "标准化均数差"),
        ("暂扣", "暂缓入库"),
        ("扣留", "暂缓入库"),
        ("包年", "包·年"),
    ],
)
def test_one_thing_has_one_chinese_word_throughout_the_catalog(other, ours):
    texts = [
        text
        for entry in polib.pofile(str(CATALOG))
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        if other in text
    ]
    assert texts == [], f"write {ours}"
