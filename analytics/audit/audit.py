"""The front door: printed tables in, findings out. Nothing is known of the patients but what is printed.

Sources of the rules: Sterne's and Altman's advice on checking tables is common practice; GRIM-like arithmetic (Brown and
Heathers 2017) for counts; Wald's interval for ratios. R: the tests are those of chisq.test, fisher.test and t.test.
"""

import json
from collections.abc import Sequence

from analytics.audit.counts import count_findings
from analytics.audit.entries import PrintedTable
from analytics.audit.estimates import estimate_findings
from analytics.audit.p_values import p_findings
from analytics.audit.places import place_findings
from analytics.audit.verdict import Finding


def audit(tables: Sequence[PrintedTable]) -> tuple[Finding, ...]:
    """In the order of the tables and their rows; what holds two tables against each other comes with the later one."""
    found = [
        finding
        for table in tables
        for rule in (count_findings, p_findings, estimate_findings)
        for finding in rule(table)
    ]
    place = {table.title: number for number, table in enumerate(tables)}
    found += place_findings(tables)
    return tuple(sorted(found, key=lambda one: (place[one.table], one.row)))


def findings_json(tables: Sequence[PrintedTable], *, findings: Sequence[Finding]) -> str:
    """The findings with how much was read, for other programs."""
    report = {
        "tables": [
            {"title": table.title, "numbers": len(table.entries), "tests": len(table.tested)} for table in tables
        ],
        "findings": [
            {
                "code": one.code,
                "table": one.table,
                "row": one.row,
                "what": one.what,
                "impossible": one.is_impossible,
                "message": {"en": one.message.en, "zh": one.message.zh},
            }
            for one in findings
        ],
    }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"
