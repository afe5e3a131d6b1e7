"""The subtraction attack on what readers without patient-level access may download: python -m bench.disclosure [FOLDER]

All counts of a result, with every sum and every "part of" that holds among them, are given to an integer program; a suppressed cell
is recovered if the program leaves it one value. The same attack on a result in which only the small cells are hidden shows that
it finds what there is to find. FOLDER holds results as JSON; without it the library is run on the registry at hand.
"""

import json
import os
import sys
from collections.abc import Iterator
from copy import deepcopy
from importlib import import_module
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import django

from analytics.result.comparison import result_json
from analytics.result.disclosure.classes import as_published
from analytics.result.disclosure.result import restricted
from bench.disclosure.subtraction import BELOW, Attack, Place, at

Json = dict[str, Any]


def attack(result: Json, *, below: int = BELOW) -> Attack:
    """On what a restricted reader may download."""
    return _with_relations(
        Attack(whole=deepcopy(result), told=as_published(restricted(result, below=below)), width=below, below=below)
    )


def attack_on_hiding(result: Json) -> Attack:
    """On a result in which cells of 1 to 7 are hidden, and nothing else is done."""
    return _with_relations(Attack(whole=deepcopy(result), told=_with_small_cells_hidden(result), width=1))


def _with_relations(found: Attack) -> Attack:
    _flow(found)
    contrasts = [("contrasts", place) for place in range(len(found.whole.get("contrasts", ())))]
    for base in ((), *contrasts):
        for relate in (_baseline, _endpoints, _subgroups, _response, _safety):
            relate(found, base)
    return found


def _flow(found: Attack) -> None:
    rows = range(len(found.whole["flow"]))
    labels = [list(row["arms"]) for row in found.whole["flow"]]
    for row in rows:
        arms: list[Place] = [("flow", row, "arms", label) for label in labels[row]]
        if (
            found.width == 1
        ):  # in classes the removed are the difference, and the remaining the sum, of what else is told
            found.sums_to(arms, total=("flow", row, "remaining"))
    for before, after in pairwise(rows):
        found.is_part_of(("flow", after, "remaining"), ("flow", before, "remaining")) if not labels[after] else None
        if found.width == 1:
            found.sums_to(
                [("flow", after, "remaining"), ("flow", after, "removed")], total=("flow", before, "remaining")
            )
        for label in set(labels[before]) & set(labels[after]):
            found.is_part_of(("flow", after, "arms", label), ("flow", before, "arms", label))
    before = [place for place in rows if labels[place] and found.whole["flow"][place]["id"] != "matched"]
    for label in found.whole["arms"]["n"]:
        if before:
            found.sums_to([("flow", before[-1], "arms", label)], total=("arms", "n", label))


def _baseline(found: Attack, base: Place) -> None:
    rows = at(found.whole, path=(*base, "baseline"))
    told = {
        (row["covariate"], row["level"]): place for place, row in enumerate(at(found.told, path=(*base, "baseline")))
    }
    if [(row["covariate"], row["level"]) for row in rows] != list(told):
        rows = [row for row in rows if (row["covariate"], row["level"]) in told]
        at(found.whole, path=base)["baseline"] = rows  # a reader counts only the rows that are there
    for _name, group in groupby(enumerate(rows), key=lambda pair: pair[1]["covariate"]):
        places = [place for place, row in group if row["level"] is not None]
        for cohort, label in _cohorts_and_arms(rows[places[0]]) if places else ():
            parts: list[Place] = [(*base, "baseline", place, cohort, "arms", label, "count") for place in places]
            first: Place = (*base, "baseline", places[0], cohort, "arms", label)
            n = _arm_n(found, base=base, cohort=cohort, label=label, other=(*first, "n"))
            if rows[places[-1]]["level"] != "missing":
                parts.append((*first, "missing"))
            found.sums_to(parts, total=n)
            if cohort == "matched":
                for part in parts:
                    found.is_part_of(part, tuple("unmatched" if step == "matched" else step for step in part))


def _arm_n(found: Attack, *, base: Place, cohort: str, label: str, other: Place) -> Place:
    """The size of an arm is one cell, however often it is printed."""
    first: Place = (
        (*base, "arms", "n", label) if cohort == "unmatched" else (*base, "baseline", 0, cohort, "arms", label, "n")
    )
    found.sums_to([other], total=first)
    if cohort == "matched":
        found.is_part_of(first, (*base, "arms", "n", label))
    return first


def _endpoints(found: Attack, base: Place) -> None:
    for name, cohorts in at(found.whole, path=(*base, "endpoints")).items():
        for cohort, content in cohorts.items():
            for label in content["arms"]:
                here: Place = (*base, "endpoints", name, cohort)
                n = _arm_n(found, base=base, cohort=cohort, label=label, other=(*here, "arms", label, "n"))
                found.is_part_of((*here, "arms", label, "events"), (*here, "arms", label, "n"))
                found.is_part_of((*here, "arms", label, "n"), n)
                months = sorted(content["at_risk"][label], key=float)
                for one, later in pairwise(months):
                    found.is_part_of((*here, "at_risk", label, later), (*here, "at_risk", label, one))
                if months:
                    found.sums_to([(*here, "at_risk", label, months[0])], total=(*here, "arms", label, "n"))
                    last: Place = (*here, "at_risk", label, months[-1])
                    found.is_part_of(last, (*here, "arms", label, "n"))
                if cohort == "matched":
                    for part in (
                        (*here, "arms", label, "events"),
                        *((*here, "at_risk", label, month) for month in months),
                    ):
                        found.is_part_of(part, tuple("unmatched" if step == "matched" else step for step in part))


def _subgroups(found: Attack, base: Place) -> None:
    for name, cohorts in at(found.whole, path=(*base, "subgroups")).items():
        for cohort, rows in cohorts.items():
            here: Place = (*base, "subgroups", name, cohort)
            kept = [row["variable"] for row in at(found.told, path=here)]
            if [row["variable"] for row in rows] != kept:
                continue
            for _variable, group in groupby(enumerate(rows), key=lambda pair: pair[1]["variable"]):
                places = [place for place, _row in group]
                for label in rows[0]["arms"]:
                    for key in ("n", "events"):
                        parts: list[Place] = [(*here, place, "arms", label, key) for place in places]
                        found.sums_to(parts, total=(*base, "endpoints", name, cohort, "arms", label, key))


def _response(found: Attack, base: Place) -> None:
    for name, cohorts in at(found.whole, path=(*base, "response")).items():
        for cohort, content in cohorts.items():
            for label, arm in content["arms"].items():
                here: Place = (*base, "response", name, cohort, "arms", label)
                n = _arm_n(found, base=base, cohort=cohort, label=label, other=(*here, "n"))
                parts: list[Place] = [(*here, "counts", value) for value in arm["counts"]]
                found.sums_to(parts, total=n)
                if found.width == 1:
                    found.sums_to(parts, total=(*here, "evaluable"))
                if cohort == "matched":
                    for part in parts:
                        found.is_part_of(part, tuple("unmatched" if step == "matched" else step for step in part))


def _safety(found: Attack, base: Place) -> None:
    whole = at(found.whole, path=(*base, "safety"))
    for cohort, rows in whole.items():
        names = [(row["class"], row["term"]) for row in at(found.told, path=(*base, "safety", cohort))]
        rows = whole[cohort] = [row for row in rows if (row["class"], row["term"]) in names]
        for place, row in enumerate(rows):
            for label in row["arms"]:
                here: Place = (*base, "safety", cohort, place, "arms", label)
                patients: Place = (*here, "patients")
                n = _arm_n(found, base=base, cohort=cohort, label=label, other=(*here, "n"))
                found.sums_to([(*patients, grade) for grade in ("g1_2", "g3_4", "g5")], total=(*patients, "any"))
                found.is_part_of((*patients, "any"), n)
                found.is_part_of((*patients, "any"), (*here, "events"))
                if place:
                    first: Place = (*base, "safety", cohort, 0, "arms", label)
                    found.is_part_of((*patients, "any"), (*first, "patients", "any"))
                    found.is_part_of((*here, "events"), (*first, "events"))


def _cohorts_and_arms(row: Json) -> Iterator[tuple[str, str]]:
    for cohort in row:
        if cohort not in ("covariate", "level"):
            yield from ((cohort, label) for label in row[cohort]["arms"])


def _with_small_cells_hidden(content: Any) -> Any:
    if isinstance(content, dict):
        small = [key for key, value in content.items() if type(value) is int and 0 < value < BELOW]
        found = {key: None if key in small else _with_small_cells_hidden(value) for key, value in content.items()}
        return found | ({"why": {**content.get("why", {}), **dict.fromkeys(small, "suppressed")}} if small else {})
    if isinstance(content, list):
        return [_with_small_cells_hidden(each) for each in content]
    return content


def results(folder: Path | None) -> Iterator[tuple[str, Json]]:
    """Of a folder of results, else of every study of the library on the registry at hand."""
    if folder is not None:
        for path in sorted(folder.glob("*.json")):
            yield path.stem, json.loads(path.read_text(encoding="utf-8"))
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    services, library = import_module("analytics.studies.services"), import_module("analytics.protocol.library")
    for protocol in library.library():
        yield protocol.id, json.loads(result_json(services.compare_on_registry(protocol.id, by=None)))


def main(folder: Path | None) -> None:
    head = ("study", "cells", "suppressed", "recovered", "recovered where only 1 to 7 are hidden")
    print(f"{head[0]:20}", *head[1:], sep="\t")
    for name, result in results(folder):
        found, naive = attack(result), attack_on_hiding(result)
        recovered = found.recovered()
        compared = f"{len(naive.recovered())} of {len(naive.suppressed)}"
        print(f"{name:20}", len(found.bounds), len(found.suppressed), len(recovered), compared, sep="\t", flush=True)
        for path in recovered:
            print("   ", *path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
