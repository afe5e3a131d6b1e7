"""Synthetic patients who would be eligible, drawn arm by arm.

Within an arm covariates are independent of each other (number and size of tumors: as far as being beyond Milan allows), and
the arms differ by a factor per level or by a shift of the mean. By Bayes' theorem the chance of resection given the
covariates is then logistic in them, and every one of them is recorded: there is no unmeasured confounder.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from demo.cohort.margins import LABS, Arm, counts

Random = np.random.Generator
Strings = np.ndarray
Numbers = np.ndarray

FEW_PLATELETS = 100  # 10*9/L: with ascites a sign of cirrhosis
LARGEST_LEFT = 0.65  # of the largest diameter, so that every downstaged tumor is a response as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    arm: str
    sex: str
    age_years: int
    smoking_status: str
    alcohol_status: str
    ecog_ps: str
    comorbidity: str
    hbv_status: str
    cirrhosis: str
    ascites_grade: str
    bclc_stage: str
    number_before: int
    diameter_before_cm: float
    number_after: int
    diameter_after_cm: float
    afp: float
    ablation_modality: str
    labs: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Many people of one arm, by variable of `Person`; each of shape (n,)."""

    sex: Strings
    age_years: Numbers
    ecog_ps: Strings
    comorbidity: Strings
    hbv_status: Strings
    cirrhosis: Strings
    ascites_grade: Strings
    bclc_stage: Strings
    number_before: Numbers
    diameter_before_cm: Numbers
    number_after: Numbers
    diameter_after_cm: Numbers
    afp: Numbers
    ablation_modality: Strings
    smoking_status: Strings
    alcohol_status: Strings
    labs: Mapping[str, Numbers]

    def __len__(self) -> int:
        return len(self.sex)


@dataclass(frozen=True, slots=True)
class Tumors:
    number_before: Numbers
    diameter_before_cm: Numbers
    number_after: Numbers
    diameter_after_cm: Numbers


def draw_people(arm: Arm, *, total: int, random: Random) -> list[Person]:
    drawn = draw_traits(arm, total=total, random=random)
    return [
        Person(
            arm=arm,
            sex=str(drawn.sex[i]),
            age_years=int(drawn.age_years[i]),
            smoking_status=str(drawn.smoking_status[i]),
            alcohol_status=str(drawn.alcohol_status[i]),
            ecog_ps=str(drawn.ecog_ps[i]),
            comorbidity=str(drawn.comorbidity[i]),
            hbv_status=str(drawn.hbv_status[i]),
            cirrhosis=str(drawn.cirrhosis[i]),
            ascites_grade=str(drawn.ascites_grade[i]),
            bclc_stage=str(drawn.bclc_stage[i]),
            number_before=int(drawn.number_before[i]),
            diameter_before_cm=float(drawn.diameter_before_cm[i]),
            number_after=int(drawn.number_after[i]),
            diameter_after_cm=float(drawn.diameter_after_cm[i]),
            afp=float(drawn.afp[i]),
            ablation_modality=str(drawn.ablation_modality[i]),
            labs={name: float(values[i]) for name, values in drawn.labs.items()},
        )
        for i in range(total)
    ]


def draw_traits(arm: Arm, *, total: int, random: Random) -> Traits:
    levels = {name: _levels(name, arm=arm, total=total, random=random) for name in ("sex", "ecog_ps", *YES_NO)}
    older = _levels("age_years", arm=arm, total=total, random=random) == ">65"
    younger = _within(lambda size: random.normal(53, 8, size), low=26, high=65.99, total=total)
    ages = np.where(older, random.integers(66, 76, total), younger).astype(int)
    ascites, labs = _liver(arm, total=total, random=random)
    tumors = _tumors(arm, total=total, random=random)
    afp = draw_afp(_levels("afp_ng_ml", arm=arm, total=total, random=random) == ">400", random=random)
    return Traits(
        sex=levels["sex"],
        age_years=ages,
        ecog_ps=levels["ecog_ps"],
        comorbidity=_yes_no(levels["comorbidity"]),
        hbv_status=np.where(levels["hbv"] == "yes", "POS", "NEG"),
        cirrhosis=_beside_its_signs(_yes_no(levels["cirrhosis"]), signs=ascites | (labs["plt"] < FEW_PLATELETS)),
        ascites_grade=np.where(ascites, "1", "0"),
        bclc_stage=np.where(tumors.number_before == 1, "A", "B"),
        number_before=tumors.number_before,
        diameter_before_cm=tumors.diameter_before_cm,
        number_after=tumors.number_after,
        diameter_after_cm=tumors.diameter_after_cm,
        afp=afp,
        ablation_modality=_levels("ablation_modality", arm="ablation", total=total, random=random),
        smoking_status=_habit("smoking", arm=arm, total=total, random=random),
        alcohol_status=_habit("drinking", arm=arm, total=total, random=random),
        labs=labs,
    )


YES_NO = ("comorbidity", "hbv", "cirrhosis")


def _yes_no(levels: Strings) -> Strings:
    return np.where(levels == "yes", "1", "0")


def _beside_its_signs(cirrhosis: Strings, *, signs: np.ndarray) -> Strings:
    """Who shows signs of a cirrhosis that was drawn for another changes with one who has it and shows none."""
    lacking, showing_none = np.flatnonzero((cirrhosis == "0") & signs), np.flatnonzero((cirrhosis == "1") & ~signs)
    count = min(len(lacking), len(showing_none))
    found = cirrhosis.copy()
    found[lacking[:count]], found[showing_none[:count]] = "1", "0"
    return found


def with_cirrhosis_where_shown(person: Person) -> Person:
    is_shown = person.ascites_grade != "0" or person.labs["plt"] < FEW_PLATELETS
    return replace(person, cirrhosis="1") if is_shown else person


def _levels(variable: str, *, arm: Arm, total: int, random: Random) -> Strings:
    """Each level as often as the margin says, in random order."""
    found = counts(variable, arm=arm, total=total)
    return random.permutation(np.repeat(list(found), list(found.values())))


def _habit(variable: str, *, arm: Arm, total: int, random: Random) -> Strings:
    """An 2025 tells present from absent; half of those with the habit have given it up."""
    is_present = _levels(variable, arm=arm, total=total, random=random) == "yes"
    return np.where(is_present, np.where(random.random(total) < 0.5, "FOR", "CUR"), "NEV")


def draw_labs(arm: Arm, *, total: int, random: Random) -> dict[str, Numbers]:
    return {name: _lab(name, arm=arm, total=total, random=random) for name in LABS}


def _liver(arm: Arm, *, total: int, random: Random) -> tuple[np.ndarray, dict[str, Numbers]]:
    """Child-Pugh 5, or 6 by either slight ascites or an albumin of 28 to 35 g/L."""
    labs = draw_labs(arm, total=total, random=random)
    slight_ascites = counts("ascites", arm=arm, total=total)["yes"]
    of_six = max(counts("ctp_score", arm=arm, total=total)["6"], slight_ascites)
    order = random.permutation(total)
    ascites = np.zeros(total, dtype=bool)
    ascites[order[:slight_ascites]] = True
    low = order[slight_ascites:of_six]
    labs["alb"][low] = np.round(random.uniform(29.0, 34.9, len(low)), 1)
    return ascites, labs


def _lab(name: str, *, arm: Arm, total: int, random: Random) -> Numbers:
    figures = LABS[name]
    center, spread = figures.center(arm), figures.spread

    def draw(size: int) -> Numbers:
        return (
            center * np.exp(random.normal(0, spread, size))
            if figures.is_skewed
            else random.normal(center, spread, size)
        )

    low, high = figures.limits
    return np.round(_within(draw, low=low, high=high, total=total), figures.decimals)


def _within(draw: Callable[[int], Numbers], *, low: float, high: float, total: int) -> Numbers:
    """Draws between the limits; what falls outside is drawn again, so that none heap up at a limit."""
    values = draw(total)
    while (outside := (values < low) | (values > high)).any():
        values[outside] = draw(int(outside.sum()))
    return values


def draw_afp(is_high: np.ndarray, *, random: Random) -> Numbers:
    """ng/mL, with a decimal place that keeps values apart from the round limits of assays."""
    low = np.clip(np.exp(random.normal(3.2, 1.4, len(is_high))), 1.1, 399)
    high = np.clip(401 * np.exp(random.exponential(1.4, len(is_high))), 401, 180_000)
    return np.floor(np.where(is_high, high, low)) + 0.3


def _tumors(arm: Arm, *, total: int, random: Random) -> Tumors:
    """A single tumor is above 5 cm and two or three are above 3 cm: beyond Milan, as the criteria demand."""
    number = _number_before(arm, total=total, random=random)
    size = _size_class(number, arm=arm, random=random)
    lowest = np.select([size == ">10", size == "5-10", number <= 3], [10.1, 5.1, 3.1], 2.0)
    highest = np.select([size == ">10", size == "5-10"], [18.0, 10.0], 4.9)
    before = np.round(random.uniform(lowest, highest), 1)
    several = _chosen(number > 1, count=counts("tumor_number_after", arm=arm, total=total)["2-3"], random=random)
    number_after = np.where(several, random.integers(2, 4, total).clip(max=number), 1)
    wide_count = counts("tumor_diameter_after_cm", arm=arm, total=total)["3-5"]
    wide = _chosen((before >= 5.1) & ~several, count=wide_count, random=random)
    narrow_cm = random.uniform(0.7, np.minimum(2.9, LARGEST_LEFT * before))
    wide_cm = random.uniform(3.05, np.clip(LARGEST_LEFT * before, 3.1, 4.8))
    after = np.round(np.where(wide, wide_cm, narrow_cm), 1)
    return Tumors(number, before, number_after, after)


def _number_before(arm: Arm, *, total: int, random: Random) -> Numbers:
    """BCLC A beyond Milan is a single tumor, so stage and number have one joint margin."""
    single = counts("bclc_stage", arm=arm, total=total)["A"]
    many = counts("tumor_number_before", arm=arm, total=total)[">3"]
    few = total - single - many
    return random.permutation(
        np.concatenate([np.ones(single, int), random.integers(2, 4, few), random.integers(4, 9, many)])
    )


def _size_class(number: Numbers, *, arm: Arm, random: Random) -> Strings:
    """Below 5 cm only where there are several; the larger classes without regard to number."""
    found = counts("tumor_diameter_before_cm", arm=arm, total=len(number))
    small = _chosen(number > 1, count=found["<5"], random=random)
    larger = np.repeat([">10", "5-10"], [found[">10"], len(number) - small.sum() - found[">10"]])
    size = np.full(len(number), "<5", dtype=object)
    size[~small] = random.permutation(larger)
    return size


def _chosen(candidates: np.ndarray, *, count: int, random: Random) -> np.ndarray:
    """A mask of `count` random candidates, or of all where there are fewer."""
    mask = np.zeros(len(candidates), dtype=bool)
    places = np.flatnonzero(candidates)
    mask[random.permutation(places)[:count]] = True
    return mask
