"""All designs that were tried for a study, over its versions and runs, in one table: sizes and balance, never an outcome."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import DesignTry
from analytics.protocol.key_labels import option_label
from analytics.protocol.population import StudyProtocol, read_study_protocol
from analytics.report.labels import in_language, in_reader_language, is_chinese, variable_label
from analytics.report.numbers import number, percent
from registry.lists.columns import Column
from registry.lists.listing import Listing

DIGITS_SHOWN = 8


def with_protocols(tries: Sequence[Any]) -> None:
    """Each has the `plan` of its run's study, by which arms and covariates are named."""
    plans = {study.pk: read_study_protocol(study.protocol) for study in {tried.run.study for tried in tries}}
    for tried in tries:
        tried.plan = plans[tried.run.study_id]


def design_told(tried: Any) -> str:
    """Nearest neighbor, 1:2, caliper 0.2 SD of the logit."""
    settings = tried.settings
    parts = [in_language(option_label(settings["method"], key="method"))]
    if settings["method"] == "weighting":
        parts.append(in_language(option_label(settings["weights"], key="type")))
    if settings["method"] == "nearest":
        parts += [f"1:{settings['ratio']}", _caliper(settings)]
    return _(", ").join(parts)


def _caliper(settings: dict[str, Any]) -> str:
    if settings["caliper_width"] is None:
        return _("no caliper")
    values = {
        "width": f"{settings['caliper_width']:g}",
        "unit": in_language(option_label(settings["caliper_unit"], key="unit")),
        "scale": in_language(option_label(settings["scale"], key="scale")),
    }
    return _("caliper %(width)s (%(unit)s, %(scale)s)") % values


def covariates_told(tried: Any) -> list[str]:
    reads = {covariate.name: covariate.reads for covariate in tried.plan.covariates}
    return [variable_label(reads.get(name, name)) for name in tried.settings["covariates"]]


def by_arm(tried: Any, *, counts: dict[str, float]) -> list[str]:
    """Persons are whole; an effective size seldom is."""
    digits = {name: 0 if float(count).is_integer() else 1 for name, count in counts.items()}
    return [f"{label} {number(counts[name], digits=digits[name])}" for name, label in arm_names(tried.plan).items()]


def arm_names(plan: StudyProtocol) -> dict[str, str]:
    """The label in the protocol: the one in the reader's language."""
    arms = (plan.arms.focal, plan.arms.reference)
    return {arm.label: (getattr(arm, "label_zh", "") if is_chinese() else "") or arm.label for arm in arms}


def _found(tried: Any, name: str) -> Any:
    return tried.found[name] if tried.found else None


def _shown(tried: Any, name: str, *, digits: int) -> str:
    value = _found(tried, name)
    return "" if value is None else number(value, digits=digits)


def _state(tried: Any) -> str:
    if tried.failure:
        return " ".join(in_reader_language(message) for message in tried.failure)
    if tried.found is None:
        return _("Being computed")
    return _("Design of the run") if tried.is_planned else _("Tried")


TRY_LIST = Listing(
    name="designs",
    title=gettext_lazy("Designs tried so far"),
    empty=gettext_lazy("No design has been tried yet."),
    default_sort="tried",
    prefix="designs-",
    prepare=with_protocols,
    columns=(
        Column(
            name="tried",
            label=gettext_lazy("Tried at"),
            value=lambda tried: tried.tried_at,
            url=DesignTry.get_absolute_url,
            note=lambda tried: tried.tried_by.get_username(),
            sort=("tried_at",),
        ),
        Column(
            name="by",
            label=gettext_lazy("Tried by"),
            value=lambda tried: tried.tried_by.get_username(),
            sort=("tried_by__username", "tried_at"),
            is_more=True,
        ),
        Column(
            name="run",
            label=gettext_lazy("Run"),
            value=lambda tried: tried.run_id,
            note=lambda tried: _("version %(version)s") % {"version": tried.run.study.version},
            sort=("run_id", "tried_at"),
            is_number=True,
        ),
        Column(name="state", label=gettext_lazy("State"), value=_state),
        Column(name="design", label=gettext_lazy("Design"), value=design_told),
        Column(
            name="covariates",
            label=gettext_lazy("Covariates of the score"),
            value=covariates_told,
            shown=lambda tried: len(tried.settings["covariates"]),
            is_number=True,
        ),
        Column(
            name="n",
            label=gettext_lazy("Patients compared"),
            value=lambda tried: by_arm(tried, counts=tried.found["n"]) if tried.found else "",
        ),
        Column(
            name="pairs",
            label=gettext_lazy("Pairs"),
            value=lambda tried: _found(tried, "pairs"),
            sort=("found__pairs",),
            is_number=True,
        ),
        Column(
            name="smd",
            label=gettext_lazy("Largest SMD"),
            value=lambda tried: _found(tried, "largest_smd"),
            shown=lambda tried: _shown(tried, "largest_smd", digits=3),
            sort=("found__largest_smd",),
            is_number=True,
        ),
        Column(
            name="unbalanced",
            label=gettext_lazy("Covariates with SMD ≥ 0.1"),
            value=lambda tried: _found(tried, "unbalanced"),
            sort=("found__unbalanced",),
            is_number=True,
        ),
        Column(
            name="ess",
            label=gettext_lazy("Effective sample size"),
            value=lambda tried: by_arm(tried, counts=tried.found["ess"]) if tried.found else "",
        ),
        Column(
            name="kept",
            label=gettext_lazy("Kept, %"),
            value=lambda tried: _found(tried, "kept"),
            shown=lambda tried: percent(tried.found["kept"]) if tried.found else "",
            sort=("found__kept",),
            is_number=True,
        ),
        Column(
            name="auc",
            label=gettext_lazy("Area under the curve of the score"),
            value=lambda tried: _found(tried, "auc"),
            shown=lambda tried: _shown(tried, "auc", digits=3),
            sort=("found__auc",),
            is_number=True,
            is_more=True,
        ),
        Column(
            name="tied",
            label=gettext_lazy("Tied scores, %"),
            value=lambda tried: _found(tried, "tied"),
            shown=lambda tried: percent(tried.found["tied"]) if _found(tried, "tied") is not None else "",
            sort=("found__tied",),
            is_number=True,
            is_more=True,
        ),
        Column(
            name="after",
            label=gettext_lazy("After outcomes were opened"),
            value=lambda tried: tried.after_outcomes,
            sort=("after_outcomes", "tried_at"),
        ),
        Column(
            name="sha256",
            label=gettext_lazy("Design SHA-256"),
            value=lambda tried: tried.design_sha256,
            shown=lambda tried: f"{tried.design_sha256[:DIGITS_SHOWN]}…" if tried.design_sha256 else "",
            is_code=True,
        ),
    ),
)
