"""Everything the page and the report show of a result: a summary, then its sections, design before outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.protocol.population import StudyProtocol
from analytics.report.arrangement import Notice, Part, arrange
from analytics.report.figures.figure import Figure
from analytics.report.figures.figures import design_figures, figure_texts, outcome_figures
from analytics.report.methods import methods_sentences
from analytics.report.numbers import notice_text, place_label
from analytics.report.sections import GRAVEST, section_of_notice
from analytics.report.summary import Fact, caption, size_text, summary_facts
from analytics.report.tables.table import Table
from analytics.report.tables.tables import design_tables, outcome_tables
from analytics.report.target_trial import target_trial_table
from analytics.result.rows.addresses import marked, read_off_all, said_at
from analytics.result.rows.notices import notice_address
from analytics.result.rows.rows import located
from registry.fonts import lacking, number

Json = Mapping[str, Any]
MOST_WARNINGS = 5  # that a summary has room for


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    size: str
    facts: tuple[Fact, ...]
    warnings: tuple[Notice, ...]
    checks: tuple[Notice, ...]
    design_figures: tuple[Figure, ...]
    design_tables: tuple[Table, ...]
    outcome_figures: tuple[Figure, ...]
    outcome_tables: tuple[Table, ...]
    methods: tuple[str, ...]
    figure_notice: str
    caption: str
    parts: tuple[Part, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.design_figures + self.outcome_figures

    @property
    def tables(self) -> tuple[Table, ...]:
        return self.design_tables + self.outcome_tables

    @property
    def first_warnings(self) -> tuple[Notice, ...]:
        """Those to be read before any number, the gravest first."""
        return self._by_weight[:MOST_WARNINGS]

    @property
    def further_warnings(self) -> tuple[Notice, ...]:
        return self._by_weight[MOST_WARNINGS:]

    @property
    def _by_weight(self) -> tuple[Notice, ...]:
        """Without those of the Cox tables with covariates: they are many where events are few."""
        general = (warning for warning in self.warnings if not warning.is_of_models)
        return tuple(sorted(general, key=lambda warning: warning.weight))

    @property
    def failed_checks(self) -> tuple[Notice, ...]:
        return tuple(check for check in self.checks if not check.ok)


def present(result: Json, *, protocol: StudyProtocol) -> Presentation:
    """Whatever number of the result is printed knows its row (Note [How a number keeps its address])."""
    with marked():
        shown: Presentation = read_off_all(_presented(located(dict(result)), protocol=protocol))
    return shown


def _presented(result: Json, *, protocol: StudyProtocol) -> Presentation:
    """Before the design is accepted a result has nothing of outcomes, and so has what is shown of it."""
    warnings = _notices(result, part="warnings")
    of_design, of_outcomes = tuple(design_figures(result)), tuple(outcome_figures(result))
    tables_of_design = (*design_tables(result), target_trial_table(protocol))
    tables_of_outcomes = tuple(outcome_tables(result))
    return Presentation(
        size=size_text(result),
        facts=tuple(summary_facts(result)),
        warnings=warnings,
        checks=_notices(result, part="checks"),
        design_figures=of_design,
        design_tables=tables_of_design,
        outcome_figures=of_outcomes,
        outcome_tables=tables_of_outcomes,
        methods=tuple(methods_sentences(result, protocol=protocol)),
        figure_notice=_figure_notice(result),
        caption=caption(protocol),
        parts=arrange([*of_design, *of_outcomes], [*tables_of_design, *tables_of_outcomes], notices=warnings),
    )


def _figure_notice(result: Json) -> str:
    missing = [f"{letter} {number(letter)}" for letter in lacking("".join(figure_texts(result)))]
    if not missing:
        return ""
    return _("The figures have no letter for these characters and show their Unicode numbers: %(missing)s.") % {
        "missing": _(", ").join(missing)
    }


def _notices(result: Json, *, part: str) -> tuple[Notice, ...]:
    """The same sentence about several places is said once."""
    places: dict[tuple[str, bool, str], list[Json]] = {}
    for notice in result[part]:
        said = (notice_text(notice["message"], result=result), notice["ok"], notice["code"])
        places.setdefault(said, []).append(notice)
    return tuple(
        Notice(
            text=said_at(text, address=" ".join(notice_address(one, part=part) for one in said)),
            where=_("; ").join(place_label(place, result=result) for place in dict.fromkeys(_where(said))),
            ok=ok,
            is_of_models=_where(said)[0].startswith("cox."),
            section=section_of_notice(_where(said)[0], code=code),
            weight=GRAVEST.index(code) if code in GRAVEST else len(GRAVEST),
        )
        for (text, ok, code), said in places.items()
    )


def _where(notices: list[Json]) -> list[str]:
    return [notice["where"] for notice in notices]
