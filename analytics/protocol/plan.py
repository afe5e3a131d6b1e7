"""The study protocol: what is compared, by which design, reported under which conventions.

`AnalysisPlan` is all that a study on the registry and one on a flat table have in common; `TableProtocol` (table_protocol) and
`StudyProtocol` (population) add where the rows come from.
Unknown keys are refused by name, never silently ignored.
"""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from analytics.protocol.design import Design
from analytics.protocol.errors import sentence
from analytics.protocol.outcomes import Conventions, CoxPlan, ImmortalTimePlan, Imputation, Subgroup
from analytics.protocol.part import Part
from analytics.protocol.sensitivity import Check, DoublyAdjusted, as_tuple

Token = str | bool | int | float
Use = Literal["score", "balance", "baseline"]
Show = Literal["mean", "median", "median_range", "range"]

DAYS_PER_MONTH = 30.4375
CENTER = "center"  # column of the frame that a design may match exactly on
DEFINING, EXPOSURE, ENTRY = "defining_months", "exposure_months", "entry_months"  # columns of the frame


Tokens = Annotated[tuple[Token, ...], BeforeValidator(as_tuple), Field(min_length=1)]


Shows = Annotated[tuple[Show, ...], BeforeValidator(as_tuple), Field(min_length=1)]


class Arm(Part):
    label: str

    def answers_to(self, name: str) -> bool:
        """Whether a contrast may mean this arm by the name."""
        return name == self.label


class Arms(Part):
    """The two arms compared, others beside them, and further contrasts (focal first); which arm stands above the line."""

    focal: Arm
    reference: Arm
    others: tuple[Arm, ...] = ()
    contrasts: tuple[tuple[Token, Token], ...] = ()
    hr: Literal["focal_vs_reference", "reference_vs_focal"] = "focal_vs_reference"

    @model_validator(mode="after")
    def _labels_differ(self) -> Self:
        labels = [arm.label for arm in self.all_arms]
        if len(set(labels)) < len(labels):
            raise sentence(
                "two arms have the same label; give each its own",
                zh="有两组使用了同一标签；请分别命名",
                at=("reference", "label"),
            )
        for contrast in self.contrasts:
            for name in map(token_text, contrast):
                if self.called(name) is None:
                    raise sentence(
                        f"contrasts names {name}, which is not an arm",
                        zh=f"contrasts 中的 {name} 不是任何一组",
                        at=("contrasts",),
                    )
            if self.called(token_text(contrast[0])) == self.called(token_text(contrast[1])):
                raise sentence("a contrast compares an arm with itself", zh="对比的两组相同")
        return self

    @property
    def all_arms(self) -> tuple[Arm, ...]:
        return (self.focal, self.reference, *self.others)

    def called(self, name: str) -> Arm | None:
        return next((arm for arm in self.all_arms if arm.answers_to(name)), None)


class EndpointPlan(Part):
    """What is reported of an endpoint: survival at these months, and the horizon (months) of the restricted mean."""

    report_months: tuple[Annotated[float, Field(ge=0, allow_inf_nan=False)], ...] = (12, 36, 60, 120)
    tau: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None

    @property
    def causes(self) -> tuple[str, ...]:
        """Codes of the kinds of event, that of interest first; none where no other event can come first."""
        return ()


class ResponsePlan(Part):
    """A yes or no per person, from a graded value: which values are a success, their order, who is counted below the line.

    A person without a value is not evaluable; `all` counts such a person as no success, `evaluable` leaves it out."""

    success: Tokens
    order: tuple[Token, ...] = ()
    denominator: Literal["evaluable", "all"] = "evaluable"

    @model_validator(mode="after")
    def _success_is_in_the_order(self) -> Self:
        order = [token_text(token) for token in self.order]
        if len(set(order)) < len(order):
            raise sentence("a value of order is listed twice", zh="order 中有值重复列出")
        for value in (token_text(token) for token in self.success):
            if order and value not in order:
                raise sentence(f"the success value {value} is not in order", zh=f"success 中的 {value} 不在 order 中")
        return self


class SafetyPlan(Part):
    """Adverse events are reported; the rows come with the frame. `terms` limits them to these, each with a row of its own. With
    `p_values: false` the arms are not tested, as where their events are not of one version of CTCAE."""

    terms: tuple[str, ...] = ()
    p_values: bool = True


class Covariate(Part):
    """One covariate: how it is read and shown, and whether it enters the propensity score.

    `variable` is what is read, by default the name: one variable may be several covariates under names of their own, such as
    classes for the score and a mean for Table 1. `show` of a continuous one: mean (SD), median (IQR), `median_range` (minimum to
    maximum), `range`, or a list of these, one row each; the test is that of the first."""

    name: str
    variable: str | None = None
    type: Literal["continuous", "binary", "categorical"]
    levels: tuple[Token, ...] = ()
    positive: Token = 1
    cut: tuple[float, ...] = ()
    cut_side: Literal["right", "left"] = "right"
    show: Shows = ("mean",)
    log: bool = False
    measured: Literal["before", "after"] = "before"
    missing: Literal["drop", "level", "impute"] = "drop"
    use: tuple[Use, ...] = ("score", "balance", "baseline")

    @model_validator(mode="after")
    def _keys_fit_the_type(self) -> Self:
        if self.cut and self.type != "continuous":
            raise sentence("cut is allowed only for continuous covariates", zh="cut 仅用于连续变量")
        if list(self.cut) != sorted(set(self.cut)):
            raise sentence("the values of cut must be in ascending order", zh="cut 的值必须递增")
        if self.log and (self.type != "continuous" or self.cut):
            raise sentence("log is allowed only for continuous covariates without cut", zh="log 仅用于未切分的连续变量")
        if self.levels and self.type != "categorical":
            raise sentence("levels are allowed only for categorical covariates", zh="levels 仅用于分类变量")
        if len({token_text(level) for level in self.levels}) < len(self.levels):
            raise sentence("a level is listed twice", zh="有水平重复列出")
        if len(set(self.show)) < len(self.show):
            raise sentence("a value of show is listed twice", zh="show 中有值重复列出")
        if self.missing == "level" and self.type == "continuous" and not self.cut:
            raise sentence(
                "a continuous covariate has no level for missing values; use drop, or set cut",
                zh="连续变量不能将缺失设为一个水平；请使用 drop 或设置 cut",
            )
        return self

    @property
    def reads(self) -> str:
        """The variable of the registry, or the column of the table."""
        return self.variable or self.name


class AnalysisPlan(Part):
    """All that every protocol says, wherever its rows come from."""

    id: str
    title: str
    version: str = "1"
    source: str | None = None
    seed: Annotated[int, Field(ge=0)] = 1
    arms: Arms
    endpoints: Mapping[str, EndpointPlan | ResponsePlan] = {}
    covariates: tuple[Covariate, ...] = ()
    design: Design = Design(method="none")
    cox: CoxPlan = CoxPlan()
    subgroups: tuple[Subgroup, ...] = ()
    immortal_time: ImmortalTimePlan | None = None
    imputation: Imputation = Imputation()
    sensitivity: tuple[Check, ...] = ()
    safety: SafetyPlan | None = None
    conventions: Conventions = Conventions()

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        names = [covariate.name for covariate in self.covariates]
        for name in sorted({name for name in names if names.count(name) > 1}):
            last = len(names) - 1 - names[::-1].index(name)
            at = ("covariates", last, "name")
            raise sentence(f"the covariate {name} is listed twice", zh=f"协变量 {name} 重复列出", at=at)
        for name in sorted(set(names) & self._reserved):
            at = ("covariates", names.index(name), "name")
            raise sentence(f"a covariate cannot be named {name}", zh=f"协变量不能命名为 {name}", at=at)
        self._outcomes_name_what_is_there()
        self._design_names_what_is_there()
        if self.design.method != "none" and not self.score_covariates:
            raise sentence(
                f"the design {self.design.method} requires at least one propensity score covariate",
                zh=f"设计 {self.design.method} 至少需要一个进入评分的协变量",
                at=("covariates",),
            )
        return self

    def _outcomes_name_what_is_there(self) -> None:
        """Models and subgroups rest on covariates; strata and subgroups need levels, or are the center."""
        known = {covariate.name: covariate for covariate in self.covariates}
        of_levels: list[tuple[str, str, tuple[float, ...]]] = [("cox.strata", name, ()) for name in self.cox.strata]
        of_levels += [("subgroups", plan.name, plan.cut) for plan in self.subgroups]
        named = [*self._adjusted_for(), *((key, name) for key, name, _ in of_levels if name != CENTER)]
        for key, name in named:
            if name not in known:
                raise sentence(
                    f"{key} names {name}, which is not among the covariates",
                    zh=f"{key} 中的 {name} 不在协变量列表中",
                    at=tuple(key.split(".")) if key != "sensitivity.covariates" else ("sensitivity",),
                )
        for key, name, cut in of_levels:
            _require_levels(known.get(name), key=key, name=name, cut=cut)

    def _adjusted_for(self) -> list[tuple[str, str]]:
        """The covariates of models, each with the key that names it."""
        doubly = [row for row in self.sensitivity if isinstance(row, DoublyAdjusted)]
        return [("cox.covariates", name) for name in self.cox.covariates] + [
            ("sensitivity.covariates", name) for row in doubly for name in row.covariates
        ]

    def _design_names_what_is_there(self) -> None:
        types = {covariate.name: covariate.type for covariate in self.covariates}
        for key, names in self.design.named.items():
            for name in names:
                if name not in types and not (key == "exact" and name == CENTER):
                    raise sentence(
                        f"design.{key} names {name}, which is not among the covariates",
                        zh=f"design.{key} 中的 {name} 不在协变量列表中",
                        at=("design", *key.split(".")),
                    )
                if key in ("covariate_caliper", "cem.cut") and types[name] != "continuous":
                    raise sentence(
                        f"design.{key} names {name}, which is not continuous",
                        zh=f"design.{key} 中的 {name} 不是连续变量",
                        at=("design", *key.split(".")),
                    )

    @property
    def _reserved(self) -> set[str]:
        of_endpoints = {f"{name}_{part}" for name in self.endpoints for part in ("time", "event", "entry", "value")}
        return {"id", "arm", "pair", "stratum", "weight", DEFINING, EXPOSURE, ENTRY, *of_endpoints}

    @property
    def survival_endpoints(self) -> dict[str, EndpointPlan]:
        """Those with a time to an event, in the order of the protocol."""
        return {name: plan for name, plan in self.endpoints.items() if isinstance(plan, EndpointPlan)}

    @property
    def responses(self) -> dict[str, ResponsePlan]:
        """Those of type binary, in the order of the protocol."""
        return {name: plan for name, plan in self.endpoints.items() if isinstance(plan, ResponsePlan)}

    @property
    def score_covariates(self) -> tuple[Covariate, ...]:
        """Those of the score: measured before time zero, unless the protocol allows later ones."""
        return tuple(
            covariate
            for covariate in self.covariates
            if "score" in covariate.use and (covariate.measured == "before" or self.design.allow_post_baseline)
        )

    @property
    def design_covariates(self) -> tuple[Covariate, ...]:
        """Those of the score, and those the design itself names: nobody without a value in them can be matched."""
        named = {name for names in self.design.named.values() for name in names}
        used = {covariate.name for covariate in self.score_covariates}
        return tuple(covariate for covariate in self.covariates if covariate.name in named | used)

    @property
    def numerator(self) -> str:
        """Label of the arm whose hazard is divided by the other's."""
        arms = self.arms
        return arms.focal.label if arms.hr == "focal_vs_reference" else arms.reference.label

    @property
    def denominator(self) -> str:
        arms = self.arms
        return arms.reference.label if arms.hr == "focal_vs_reference" else arms.focal.label


def _require_levels(covariate: Covariate | None, *, key: str, name: str, cut: tuple[float, ...]) -> None:
    """The center, which is no covariate, has levels of its own."""
    is_continuous = covariate is not None and covariate.type == "continuous"
    if cut and not is_continuous:
        raise sentence(
            f"{key} cuts {name}, which is not continuous",
            zh=f"{key} 中切分的 {name} 不是连续变量",
            at=tuple(key.split(".")),
        )
    if covariate is not None and is_continuous and not (cut or covariate.cut):
        raise sentence(
            f"{key} names {name}, which is continuous; set cut",
            zh=f"{key} 中的 {name} 为连续变量；请设置 cut",
            at=tuple(key.split(".")),
        )


def token_text(token: Token) -> str:
    """A code or level as the text it has in a file."""
    return str(token).lower() if isinstance(token, bool) else str(token)
