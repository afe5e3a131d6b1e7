"""The plan of a study as a page to sign and to keep: who, when, which text, in words and to the letter."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.frame import sha256
from analytics.models import Study
from analytics.protocol.population import read_study_protocol
from analytics.report.methods import Section, described_events, described_rows, protocol_sections
from analytics.report.tables.table import Table
from analytics.report.target_trial import target_trial_table
from registry.casebook.filled_forms import PrintedTable
from registry.casebook.pdf import Sheaf, pdf_of

MOMENT = "%Y-%m-%d %H:%M %Z"


def plan_facts(study: Study) -> tuple[tuple[str, str], ...]:
    """What identifies the plan, label by label."""
    facts = [
        (_("Study"), study.name),
        (_("Title"), study.title),
        (_("Version"), study.version),
        (_("Author"), str(study.owner)),
        (_("Frozen at"), f"{study.created_at:{MOMENT}}"),
        ("SHA-256", sha256(study.protocol)),
        (_("Plan locked before outcomes"), _lock(study)),
    ]
    if study.reason:
        facts.append((_("Reason for the change"), study.reason))
    return tuple(facts)


def plan_sections(study: Study) -> tuple[Section, ...]:
    protocol = read_study_protocol(study.protocol)
    population = protocol.population
    return (
        Section(title=pgettext("of a protocol", "Events"), sentences=described_events(population)),
        Section(title=_("Eligibility"), sentences=described_rows(population)),
        *protocol_sections(protocol)[1:],
    )


def plan_target_trial(study: Study) -> Table:
    return target_trial_table(read_study_protocol(study.protocol))


def plan_paper(study: Study, *, printed_by: str) -> bytes:
    """As PDF, with the text of the protocol to the letter."""
    sections = [
        PrintedTable(title=section.title, head=("",), rows=tuple((sentence,) for sentence in section.sentences))
        for section in plan_sections(study)
    ]
    lines = tuple((_indented(line),) for line in study.protocol.splitlines() if line.strip())
    trial = plan_target_trial(study)
    rows = tuple(row.cells for row in trial.rows)
    sections.append(PrintedTable(title=trial.title, head=trial.head, rows=rows))
    text = PrintedTable(title=_("Protocol, to the letter"), head=("",), rows=lines)
    sheaf = Sheaf(
        title=_("Study plan"),
        subject=f"{study.name} · {study.version} · {sha256(study.protocol)[:16]}",
        about=plan_facts(study),
        tables=(*sections, text),
    )
    return pdf_of(sheaf, printed_by=printed_by)


def _indented(line: str) -> str:
    """Typst drops spaces at the beginning of a line; the indent of YAML says what belongs to what."""
    told = line.lstrip(" ")
    return "\N{NO-BREAK SPACE}" * (len(line) - len(told)) + told


def _lock(study: Study) -> str:
    if study.locked_at is None:
        return _("No")
    return _("%(moment)s by %(person)s") % {"moment": f"{study.locked_at:{MOMENT}}", "person": study.locked_by}
