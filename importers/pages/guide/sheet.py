"""Step 1: which sheet, and on which rows the headers stand."""

from typing import Any

from django.http import QueryDict

from importers.pages.guide.content import set_or_drop
from importers.pages.guide.workspace import Workspace


def shown(work: Workspace) -> dict[str, Any]:
    header = work.look.header
    first = (work.content.get("header") or {}).get("first")
    return {"header": header, "first_row": first or "", "sheets": work.looks, "chosen": work.look.name}


def taken(work: Workspace, *, given: QueryDict) -> None:
    named = given.get("sheet", "")
    if named in {look.name for look in work.looks} and named != work.look.name:
        work.content["sheet"] = named
        work.content.pop("header", None)  # the headers of another sheet stand elsewhere
        return
    row, first = _number(given.get("row")), _number(given.get("first"))
    header = {"row": row, "rows": 2 if given.get("rows") == "2" else None, "comment": given.get("comment", "")[:10]}
    lower = (row or 0) + (1 if header["rows"] else 0)
    header["first"] = first if first and first > max(lower, 1) else None
    set_or_drop(work.content, name="header", value={name: value for name, value in header.items() if value})


def _number(text: str | None) -> int | None:
    plain = (text or "").strip()
    return int(plain) if plain.isdecimal() and 0 < int(plain) <= 1000 else None
