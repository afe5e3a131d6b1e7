"""The lists of studies, of the runs of one or of all, and of what was exported from it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import Export, Run, Study
from analytics.pages.headlines import (
    difference_shown,
    difference_told,
    pairs_told,
    ratios_told,
    sizes_told,
)
from registry.lists.columns import Column
from registry.lists.listing import Listing

DIGITS_SHOWN = 16


def _with_latest_runs(studies: Sequence[Any]) -> None:
    """Each has its `readable_runs`, the latest first, from the view: the roles of a reader may differ by center."""
    for study in studies:
        study.latest = next(iter(study.readable_runs), None)


STUDY_LIST = Listing(
    name="studies",
    title=gettext_lazy("Studies"),
    empty=gettext_lazy("No studies yet. Add one from the library below."),
    default_sort="title",
    prepare=_with_latest_runs,
    orders={"created": ("created_at", "pk"), "-created": ("-created_at", "pk")},
    columns=(
        Column(
            name="title",
            label=gettext_lazy("Study"),
            value=lambda study: study.title,
            url=Study.get_absolute_url,
            sort=("title_en", "version"),
        ),
        Column(name="version", label=gettext_lazy("Version"), value=lambda study: study.version, sort=("version",)),
        Column(
            name="owner",
            label=gettext_lazy("Owner"),
            value=lambda study: study.owner.get_username(),
            sort=("owner__username", "title_en"),
        ),
        Column(
            name="latest",
            label=gettext_lazy("Latest run"),
            value=lambda study: study.latest.requested_at if study.latest else None,
            url=lambda study: study.latest.get_absolute_url() if study.latest else "",
        ),
        Column(
            name="state",
            label=gettext_lazy("State"),
            value=lambda study: study.latest.state.label if study.latest else _("Not run yet"),
        ),
        Column(
            name="name", label=gettext_lazy("Protocol"), value=lambda study: study.name, sort=("name",), is_more=True
        ),
        Column(
            name="created",
            label=gettext_lazy("Created at"),
            value=lambda study: study.created_at,
            sort=("created_at",),
            is_more=True,
        ),
    ),
)
RUN_LIST = Listing(
    name="runs",
    title=gettext_lazy("Runs"),
    empty=gettext_lazy("Not run yet"),
    default_sort="-requested",
    prefix="runs-",
    columns=(
        Column(
            name="requested",
            label=gettext_lazy("Requested at"),
            value=lambda run: run.requested_at,
            url=Run.get_absolute_url,
            sort=("requested_at",),
        ),
        Column(
            name="by",
            label=gettext_lazy("Requested by"),
            value=lambda run: run.requested_by.get_username(),
            sort=("requested_by__username", "requested_at"),
        ),
        Column(name="state", label=gettext_lazy("State"), value=lambda run: run.state.label),
        Column(name="centers", label=gettext_lazy("Centers"), value=lambda run: len(run.center_ids), is_number=True),
        Column(
            name="accepted",
            label=gettext_lazy("Design accepted at"),
            value=lambda run: run.accepted_at,
            sort=("accepted_at",),
            is_more=True,
        ),
        Column(name="data", label=gettext_lazy("Data SHA-256"), value=lambda run: run.data_sha256, is_more=True),
        Column(name="result", label=gettext_lazy("Result SHA-256"), value=lambda run: run.result_sha256, is_more=True),
    ),
)
RESULT_LIST = Listing(
    name="results",
    title=gettext_lazy("Results"),
    empty=gettext_lazy("No results yet. Open a study and run it."),
    default_sort="-requested",
    columns=(
        Column(
            name="run",
            label=gettext_lazy("Run"),
            value=lambda run: run.pk,
            url=Run.get_absolute_url,
            sort=("pk",),
            is_number=True,
        ),
        Column(
            name="study",
            label=gettext_lazy("Study"),
            value=lambda run: run.study.title,
            url=Run.get_absolute_url,
            sort=("study__title_en", "requested_at"),
        ),
        Column(
            name="version",
            label=gettext_lazy("Version"),
            value=lambda run: run.study.version,
            sort=("study__name", "study__version"),
        ),
        Column(
            name="requested",
            label=gettext_lazy("Requested at"),
            value=lambda run: run.requested_at,
            note=lambda run: run.requested_by.get_username(),
            sort=("requested_at",),
        ),
        Column(
            name="by",
            label=gettext_lazy("Requested by"),
            value=lambda run: run.requested_by.get_username(),
            sort=("requested_by__username", "requested_at"),
            is_more=True,
        ),
        Column(name="state", label=gettext_lazy("State"), value=lambda run: run.state.label),
        Column(
            name="accepted",
            label=gettext_lazy("Design accepted at"),
            value=lambda run: run.accepted_at,
            note=lambda run: run.accepted_by.get_username() if run.accepted_by else "",
            sort=("accepted_at",),
        ),
        Column(
            name="accepted-by",
            label=gettext_lazy("Design accepted by"),
            value=lambda run: run.accepted_by.get_username() if run.accepted_by else "",
            sort=("accepted_by__username", "accepted_at"),
            is_more=True,
        ),
        Column(name="compared", label=gettext_lazy("Patients compared"), value=sizes_told),
        Column(name="pairs", label=gettext_lazy("Pairs"), value=pairs_told, is_number=True),
        Column(
            name="smd",
            label=gettext_lazy("Largest SMD after"),
            value=difference_told,
            shown=difference_shown,
            is_number=True,
        ),
        Column(name="ratios", label=gettext_lazy("Hazard ratios (CI)"), value=ratios_told),
        Column(
            name="centers",
            label=gettext_lazy("Centers"),
            value=lambda run: len(run.center_ids),
            is_number=True,
            is_more=True,
        ),
        Column(
            name="snapshot",
            label=gettext_lazy("Snapshot SHA-256"),
            value=lambda run: run.snapshot.sha256 if run.snapshot else "",
            is_more=True,
        ),
        Column(
            name="protocol", label=gettext_lazy("Protocol SHA-256"), value=lambda run: run.protocol_sha256, is_more=True
        ),
        Column(name="result", label=gettext_lazy("Result SHA-256"), value=lambda run: run.result_sha256, is_more=True),
    ),
)
EXPORT_LIST = Listing(
    name="exports",
    title=gettext_lazy("Previous exports"),
    empty=gettext_lazy("No exports yet"),
    default_sort="-time",
    prefix="exports-",
    columns=(
        Column(
            name="time", label=gettext_lazy("Exported at"), value=lambda made: made.created_at, sort=("created_at",)
        ),
        Column(
            name="by",
            label=gettext_lazy("Requested by"),
            value=lambda made: made.requested_by.get_username(),
            sort=("requested_by__username", "created_at"),
        ),
        Column(name="reason", label=gettext_lazy("Reason"), value=lambda made: made.reason),
        Column(
            name="format",
            label=gettext_lazy("Format"),
            value=Export.get_file_format_display,
            sort=("file_format", "created_at"),
        ),
        Column(
            name="rows", label=gettext_lazy("Patients"), value=lambda made: made.rows, sort=("rows",), is_number=True
        ),
        Column(
            name="sha256",
            label=gettext_lazy("File SHA-256"),
            value=lambda made: made.sha256,
            shown=lambda made: f"{made.sha256[:DIGITS_SHOWN]}…",
        ),
    ),
)
