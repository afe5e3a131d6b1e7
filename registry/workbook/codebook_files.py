"""The codebook as other programs take it: an Excel workbook, and the data dictionary REDCap imports."""

import csv
import io
import re
from collections.abc import Iterator

from xlsxwriter import Workbook

from registry.languages import in_both
from registry.spreadsheet import harmless
from registry.workbook.codebook import BETWEEN_CODES, BYTE_ORDER_MARK, HEAD, TITLES, Entry, all_entries
from registry.workbook.sheets import Column, Kind, Sheet, sheets

WIDTHS = {"label_en": 34, "label_zh": 26, "name": 28, "codes": 60, "sheet": 24, "record": 20}

# The columns of REDCap's data dictionary, in its order and its words.
REDCAP_HEAD = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
REDCAP_VALIDATION = {Kind.DATE: "date_ymd", Kind.NUMBER: "number", Kind.WHOLE: "integer"}
REDCAP_TYPES = {Kind.CODE: "dropdown", Kind.CODES: "checkbox"}
IDENTIFIERS = {"local_id", "hospital_no", "birth_date"}
RECORD_ID = "local_id"


def as_xlsx() -> bytes:
    """One sheet of all variables with a filter on every column."""
    buffer = io.BytesIO()
    with Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("codebook")
        page.freeze_panes(1, 3)
        head = book.add_format({"bold": True, "bg_color": "#E5E7EB"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for place, name in enumerate(HEAD):
            page.set_column(place, place, WIDTHS.get(name, 12), wrapped)
            page.write_string(0, place, TITLES.get(name, name.capitalize()), head)
        listed = all_entries()
        for row, entry in enumerate(listed, start=1):
            for place, name in enumerate(HEAD):
                page.write_string(row, place, _readable(entry, name=name))
        page.autofilter(0, 0, len(listed), len(HEAD) - 1)
    return buffer.getvalue()


def as_redcap() -> str:
    """One form per sheet. REDCap wants every name once in a project, so a name used before gets its form's before it."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, REDCAP_HEAD, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_redcap_fields())
    return BYTE_ORDER_MARK + buffer.getvalue()


def _readable(entry: Entry, *, name: str) -> str:
    return harmless(str(getattr(entry, name)).replace(BETWEEN_CODES, "\n"))


def _redcap_fields() -> Iterator[dict[str, str]]:
    taken: set[str] = set()
    for sheet in sheets():
        form = _form_name(sheet)
        for column in sheet.columns:
            if column.name == RECORD_ID and taken:
                continue  # REDCap carries the record's identifier from form to form
            name = column.name if column.name not in taken else f"{form}_{column.name}"
            taken.add(name)
            yield _redcap_field(column, name=name, form=form)


def _form_name(sheet: Sheet) -> str:
    """Sheets are called such as 01_患者_patient; a form's name is lower-case letters and underscores."""
    return re.split(r"[^a-z0-9_]_?", sheet.name.lower())[-1]


def _redcap_field(column: Column, *, name: str, form: str) -> dict[str, str]:
    label_en, label_zh = in_both(column.label)
    limits = column.range if column.kind in {Kind.NUMBER, Kind.WHOLE} else None
    return {
        "Variable / Field Name": name,
        "Form Name": form,
        "Field Type": REDCAP_TYPES.get(column.kind, "text"),
        "Field Label": f"{label_en} {label_zh}",
        "Choices, Calculations, OR Slider Labels": " | ".join(
            f"{_raw(code)}, {' '.join(dict.fromkeys(in_both(label)))}" for code, label in column.codes.items()
        ),
        "Field Note": column.range.unit if column.range else "",
        "Text Validation Type OR Show Slider Number": REDCAP_VALIDATION.get(column.kind, ""),
        "Text Validation Min": f"{limits.hard[0]:.12g}" if limits else "",
        "Text Validation Max": f"{limits.hard[1]:.12g}" if limits else "",
        "Identifier?": "y" if column.variable in IDENTIFIERS else "",
        "Required Field?": "y" if column.required else "",
    }


def _raw(code: str) -> str:
    """REDCap takes letters, digits and underscores in the code of a choice."""
    return re.sub(r"[^A-Za-z0-9]+", "_", code).strip("_") or "blank"
