"""How closely design and outcomes agree with R, as a Markdown table: python -m bench.agreement

Held against the numbers of R in tests/reference. Writes the table into docs/statistics.md; exit status 1 where a number is farther
off than agreed.
"""

import sys

from bench.agreement_design import design_rows
from bench.page import table as markdown
from bench.page import write_table
from tests.reference.outcome_data import distance, of_r, table
from tests.reference.outcomes import THEMES, sets_of

COMMAND = "python -m bench.agreement"
AGREED, BY_LIFELINES = 1e-6, 1e-5
HEADER = ("theme", "method", "R", "data sets", "compared", "largest relative difference")
EQUIVALENTS = {
    "cox": "coxph",
    "curves": "survfit, survdiff",
    "late_entry": "survfit, coxph, cox.zph",
    "proportional_hazards": "cox.zph",
    "competing_risks": "survfit, cuminc, crr",
    "selection": "coxph, anova",
    "immortal_time": "coxph, survSplit",
    "accelerated_failure": "survreg",
    "tables": "fisher.test, chisq.test, t.test, wilcox.test",
}


def main() -> int:
    rows = [tuple(map(str, row)) for row in design_rows()]
    worst = worst_fit = 0.0
    for theme, methods in THEMES.items():
        for method, compute in methods.items():
            theirs = of_r(theme)[method]
            gaps = {name: distance(compute(table(name)), theirs[name]) for name in sets_of(theme)}
            count, largest = sum(len(theirs[name]) for name in gaps), max(gaps.values())
            if theme == "accelerated_failure":
                worst_fit = max(worst_fit, largest)
            else:
                worst = max(worst, largest)
            names = (theme.replace("_", " "), method.replace("_", " "))
            rows.append((*names, EQUIVALENTS[theme], ", ".join(gaps), str(count), f"{largest:.0e}"))
    text = markdown(HEADER, rows=rows)
    text += f"\nThe largest difference among the outcome methods is {worst:.0e}; the tolerance is {AGREED:.0e}. For the Weibull model, "
    text += f"which lifelines fits, it is {worst_fit:.0e}; the tolerance is {BY_LIFELINES:.0e}.\n"
    print(text)
    write_table(text, of=COMMAND)
    return int(worst > AGREED or worst_fit > BY_LIFELINES)


if __name__ == "__main__":
    sys.exit(main())
