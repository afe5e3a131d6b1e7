"""How closely the outcome half agrees with R, as a Markdown table: python -m bench.agreement"""

import sys

from tests.reference.outcome_data import distance, of_r, table
from tests.reference.outcomes import THEMES, sets_of

AGREED = 1e-6
EQUIVALENTS = {
    "cox": "coxph",
    "curves": "survfit, survdiff",
    "proportional_hazards": "cox.zph",
    "competing_risks": "survfit, cuminc, crr",
    "selection": "coxph, anova",
    "immortal_time": "coxph, survSplit",
    "tables": "fisher.test, chisq.test, t.test, wilcox.test",
}


def main() -> int:
    print("| theme | method | R | data sets | numbers | largest relative difference |")
    print("| --- | --- | --- | --- | --- | --- |")
    worst = 0.0
    for theme, methods in THEMES.items():
        for method, compute in methods.items():
            theirs = of_r(theme)[method]
            gaps = {name: distance(compute(table(name)), theirs[name]) for name in sets_of(theme)}
            count = sum(len(theirs[name]) for name in gaps)
            worst = max(worst, *gaps.values())
            label = method.replace("_", " ")
            sets = ", ".join(gaps)
            print(
                f"| {theme.replace('_', ' ')} | {label} | {EQUIVALENTS[theme]} | {sets} | {count} | {max(gaps.values()):.0e} |"
            )
    print(
        f"\nThe largest of all: {worst:.0e}; agreed is {AGREED:.0e}. Values that both put within 1e-9 of 0 count as equal."
    )
    return int(worst > AGREED)


if __name__ == "__main__":
    sys.exit(main())
