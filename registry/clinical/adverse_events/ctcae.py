"""The terms of adverse events that the registry ships, and the grades defined for each.

Source: NCI Common Terminology Criteria for Adverse Events (CTCAE) v5.0, 27 November 2017. Kept here are the 171 of its 837
terms that matter in liver cancer, in ctcae_terms.csv: system organ class, term, both with their Chinese, grades and code. Of
other versions only differences that were checked are known; their grades are known once the official list is loaded.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from registry.clinical.messages import Message

VERSION = "5.0"
VERSIONS = ("4.03", "5.0", "6.0")
READ_AS: Mapping[str, str] = MappingProxyType({"4.0": "4.03"})  # 4.0 is graded by its correction
TERMS_FILE = Path(__file__).with_name("ctcae_terms.csv")
UNKNOWN_GRADES = ""


class Term(NamedTuple):
    """`grades` are the digits of the grades that CTCAE defines for the term, "" where not known; `code` is its MedDRA code.

    `definitions` are the words for grades 1 to 5, none where the list that was read has none. `term_zh` is the registry's own.
    """

    soc: str
    soc_zh: str
    term: str
    term_zh: str
    grades: str
    code: str
    definitions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a version differs from 5.0 in one shipped term: it goes by another name, or by none (`name` None)."""

    version: str
    term: str
    name: str | None


# What a grade means of any event, where the words for a term are not at hand; shortened from the introduction of CTCAE 5.0.
GENERAL_GRADES = (
    Message(
        "mild: no or mild symptoms, observation only, no intervention", "轻度：无症状或症状轻微，仅需观察，无需干预"
    ),
    Message(
        "moderate: minimal, local or noninvasive intervention; limits instrumental activities of daily living",
        "中度：需要最小的、局部的或非侵入性干预；工具性日常生活活动受限",
    ),
    Message(
        "severe, not immediately life-threatening: hospitalization or its prolongation, disabling; limits self-care",
        "重度，但不立即危及生命：需要住院或延长住院，致残；自理性日常生活活动受限",
    ),
    Message("life-threatening: urgent intervention", "危及生命：需要紧急干预"),
    Message("death from the event", "与不良事件相关的死亡"),
)

# System organ classes without a shipped term
OTHER_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "Congenital, familial and genetic disorders": "各种先天性、家族性遗传性疾病",
        "Ear and labyrinth disorders": "耳及迷路类疾病",
        "Pregnancy, puerperium and perinatal conditions": "妊娠期、产褥期及围产期状况",
        "Reproductive system and breast disorders": "生殖系统及乳腺疾病",
        "Social circumstances": "社会环境",
        "Surgical and medical procedures": "各种手术及医疗操作",
    }
)

# Checked against the versions' tables
DIFFERENCES = (
    Difference(version="4.03", term="Blood lactate dehydrogenase increased", name=None),
    Difference(version="4.03", term="Thyroid stimulating hormone increased", name=None),
    Difference(version="6.0", term="Platelet count decreased", name="Thrombocytopenia"),
)


def graded_as(version: str) -> str:
    """The version whose terms and grades count: 4.0 is read as 4.03.

    >>> graded_as("4.0")
    '4.03'
    """
    return READ_AS.get(version, version)


@cache
def terms(version: str = VERSION) -> tuple[Term, ...]:
    """The shipped terms, in the order of their system organ classes; of a version other than 5.0 without grades."""
    with TERMS_FILE.open(encoding="utf-8", newline="") as lines:
        shipped = tuple(_term(row) for row in csv.DictReader(lines))
    asked = graded_as(version)
    if asked == VERSION:
        return shipped
    names = {found.term: found.name for found in DIFFERENCES if found.version == asked}
    renamed = ((term, names.get(term.term, term.term)) for term in shipped)
    return tuple(term._replace(term=name, grades=UNKNOWN_GRADES) for term, name in renamed if name is not None)


def lookup(name: str | None, *, version: str = VERSION) -> Term | None:
    """The shipped term of this English name, whatever its case and the spaces around it; None for an unknown one."""
    return _by_name(graded_as(version)).get(folded(name or ""))


def grade_defined(name: str | None, *, grade: int | None) -> bool | None:
    """Whether CTCAE 5.0 defines this grade for the term; None for an unknown term or a missing grade.

    >>> grade_defined("nausea", grade=4)
    False
    """
    term = lookup(name)
    return None if term is None or grade is None else str(grade) in term.grades


def term_in_chinese(name: str | None) -> str:
    """The registry's own Chinese of a term of any version; "" where it has none.

    >>> term_in_chinese("thrombocytopenia")
    '血小板减少'
    """
    found = (lookup(name, version=version) for version in (VERSION, *VERSIONS))
    return next((term.term_zh for term in found if term), "")


def soc_in_chinese(soc: str) -> str:
    """The Chinese of a system organ class; "" for an unknown one.

    >>> soc_in_chinese("Vascular disorders")
    '血管与淋巴管类疾病'
    """
    return _classes_in_chinese().get(folded(soc), "")


def folded(name: str) -> str:
    """A name as it is compared: one space between words, lower case."""
    return " ".join(name.split()).casefold()


def _term(row: Mapping[str, str]) -> Term:
    return Term(
        soc=row["soc"],
        soc_zh=row["soc_zh"],
        term=row["term"],
        term_zh=row["term_zh"],
        grades=row["grades"],
        code=row["code"],
    )


@cache
def _by_name(version: str) -> Mapping[str, Term]:
    return {folded(term.term): term for term in terms(version)}


@cache
def _classes_in_chinese() -> Mapping[str, str]:
    shipped = {folded(term.soc): term.soc_zh for term in terms()}
    return {folded(soc): soc_zh for soc, soc_zh in OTHER_CLASSES.items()} | shipped
