"""The Chinese catalog: complete, its placeholders right, and compiled from what is written."""

import ast
import re
from pathlib import Path

import polib
import pytest
import unfold
from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation.template import templatize

from registry import choices
from registry.choices import AnalyteCode
from registry.workbook.sheets import sheets

CATALOG = settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[\d.]*[sdfg]|%%|\{\w*\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
STRING = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(?:_|gettext|gettext_lazy)\(\s*u?({STRING}(?:\s*u?{STRING})*)")
UNUSED = {"command_results.html", "command.html", "welcome.html"}  # parts of Unfold that are switched off


@pytest.fixture(scope="module")
def catalog() -> polib.POFile:
    return polib.pofile(str(CATALOG))


def test_every_sentence_has_a_translation(catalog: polib.POFile) -> None:
    assert [entry.msgid for entry in [*catalog.untranslated_entries(), *catalog.fuzzy_entries()]] == []
    assert len(catalog) > 500


def test_placeholders_of_a_translation_are_those_of_the_sentence(catalog: polib.POFile) -> None:
    for entry in catalog:
        for translated in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert sorted(PLACEHOLDER.findall(translated)) == sorted(
                PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)
            ), entry.msgid


def test_compiled_catalog_is_the_written_one(catalog: polib.POFile) -> None:
    compiled = {
        entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in polib.mofile(str(CATALOG.with_suffix(".mo")))
    }
    assert compiled == {entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in catalog}


def test_every_variable_and_code_a_center_fills_in_has_a_chinese_label() -> None:
    with translation.override("zh-hans"):
        labels = {column.name: str(column.label) for sheet in sheets() for column in sheet.columns}
        assert {name: label for name, label in labels.items() if not CHINESE.search(label)} == {}
        assert (labels["birth_date"], labels["tumor_number"], labels["ascites_grade"]) == (
            "出生日期",
            "肝内肿瘤数目",
            "腹水",
        )
        assert str(choices.TransarterialModality.HAIC.label) == "HAIC"
        assert str(choices.VitalStatus.LOST.label) == "失访"


def test_no_two_codes_of_one_vocabulary_share_a_chinese_label() -> None:
    with translation.override("zh-hans"):
        vocabularies = [v for v in vars(choices).values() if isinstance(v, type) and issubclass(v, TextChoices)]
        assert len(vocabularies) > 60
        for vocabulary in vocabularies:
            labels = [str(label) for label in vocabulary.labels]
            assert len(set(labels)) == len(labels), vocabulary.__name__
        assert str(AnalyteCode.ALBUMIN.label) == "白蛋白"


def test_sentences_of_unfold_are_translated() -> None:
    with translation.override("zh-hans"):
        said = {sentence for path in _files_of_unfold() for sentence in _sentences(path)}
        assert len(said) > 80
        assert sorted(sentence for sentence in said if translation.gettext(sentence) == sentence) == []


def _files_of_unfold() -> list[Path]:
    folder = Path(unfold.__file__).parent
    found = [*folder.rglob("*.html"), *folder.rglob("*.py")]
    return [path for path in found if "contrib" not in path.parts and path.name not in UNUSED]


def _sentences(path: Path) -> list[str]:
    text = path.read_text()
    text = templatize(text) if path.suffix == ".html" else text
    found = [ast.literal_eval(f"({match.group(1)})") for match in CALL.finditer(text)]
    return [sentence for sentence in found if sentence.strip()]
