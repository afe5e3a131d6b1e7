"""The Chinese catalog: complete for all that our code and templates say, its placeholders right, and compiled as written."""

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
from tests.locale.sentences import (
    Sentence,
    pairs_without_chinese,
    sentences_of_python,
    sentences_of_template,
    words_outside_gettext,
)

PACKAGES = ("config", "registry", "importers", "analytics", "demo")
NAMES = {"Caliper", "OpenAPI", "CSV", "SVG", "PDF", "YAML", "SHA", "EN"}  # the same in both languages
CATALOG = settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[\d.]*[sdfg]|%%|\{\w*\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
STRING = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(?:_|gettext|gettext_lazy)\(\s*u?({STRING}(?:\s*u?{STRING})*)")
UNUSED = {"command_results.html", "command.html", "welcome.html"}  # parts of Unfold that are switched off


@pytest.fixture(scope="module")
def catalog() -> polib.POFile:
    return polib.pofile(str(CATALOG))


def our_modules() -> list[Path]:
    found = [path for package in PACKAGES for path in (settings.BASE_DIR / package).rglob("*.py")]
    return [path for path in found if "migrations" not in path.parts]


def our_templates() -> list[Path]:
    return [path for path in (settings.BASE_DIR / "templates").rglob("*.*") if path.suffix in {".html", ".txt"}]


def said_in(modules: list[Path], *, templates: list[Path]) -> dict[Sentence, str]:
    """{sentence: a file that says it}"""
    said = {sentence: path for path in modules for sentence in sentences_of_python(path.read_text())}
    said |= {sentence: path for path in templates for sentence in sentences_of_template(path.read_text())}
    return {sentence: str(path.relative_to(settings.BASE_DIR)) for sentence, path in said.items()}


def test_every_sentence_of_ours_is_translated(catalog: polib.POFile) -> None:
    """Otherwise: script/messages, then its Chinese in locale/zh_Hans."""
    said = said_in(our_modules(), templates=our_templates())
    translated = {(entry.msgctxt or "", entry.msgid, entry.msgid_plural) for entry in catalog.translated_entries()}
    assert len(said) > 2000
    left = {
        f"{where}: {sentence.msgid}"
        for sentence, where in said.items()
        if (sentence.context, sentence.msgid, sentence.plural) not in translated
    }
    assert left == set()


def test_every_sentence_in_two_languages_has_its_chinese() -> None:
    bare = {f"{path.name}: {text}" for path in our_modules() for text in pairs_without_chinese(path.read_text())}
    assert bare == set()


def test_templates_say_no_word_outside_the_catalog() -> None:
    bare = {path.name: words_outside_gettext(path.read_text()) - NAMES for path in our_templates()}
    assert {name: words for name, words in bare.items() if words} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('from django.utils.translation import gettext_lazy as _\n_("A " "sentence")', Sentence("A sentence")),
        ('from django.utils.translation import ngettext\nngettext("one", "many", n)', Sentence("one", plural="many")),
        ('from django.utils.translation import pgettext\npgettext("of an event", "Active")', Sentence("Active", context="of an event")),
        ('from django.utils import translation\nf"{translation.gettext(\'within\')} 1"', Sentence("within")),
    ],
)  # fmt: skip
def test_every_way_to_say_a_sentence_is_seen(text: str, found: Sentence) -> None:
    assert sentences_of_python(text) == {found}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{% load i18n %}<p title="{% translate "A title" %}">', Sentence("A title")),
        ('{% translate "Active" context "of an event" %}', Sentence("Active", context="of an event")),
        ("{% blocktranslate trimmed %}\n  It's\n  {{ n }}\n{% endblocktranslate %}", Sentence("It's %(n)s")),
        (
            "{% blocktranslate count n=rows %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}",
            Sentence("%(n)s row", plural="%(n)s rows"),
        ),
        ('{% include "page.html" with title=_("A page") %}', Sentence("A page")),
    ],
)
def test_every_way_of_a_template_is_seen(text: str, found: Sentence) -> None:
    assert sentences_of_template(text) == {found}
    assert words_outside_gettext(text) == set()


def test_english_in_place_of_chinese_is_seen() -> None:
    wrong = """
Message("A fault.", "A fault.")
Message(f"{name}: {text}", f"{name}：{text}")
sentence("none", zh=f"none of {count}")
en, zh = ("a", "乙") if ours else ("b", "b")
"""
    assert sorted(pairs_without_chinese(wrong)) == ["A fault.", "b", "none of "]


def test_words_of_a_template_are_seen() -> None:
    assert words_outside_gettext('<p title="Close">{{ name }} wrote<code>pip</code></p>') == {"Close", "wrote"}


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
    compiled, written = (
        {(entry.msgctxt, entry.msgid): (entry.msgstr, entry.msgstr_plural) for entry in entries}
        for entries in (polib.mofile(str(CATALOG.with_suffix(".mo"))), catalog)
    )
    assert compiled == written


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
