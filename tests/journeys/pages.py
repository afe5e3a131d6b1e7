"""The pages that people work with, for whatever is asked of each of them; a new page is one line here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`address` may name what the fixtures `furnished`, `uploads` and `written` made; `who` signs in; `tab` is opened, "*" means each."""

    name: str
    address: str
    who: str = "data_manager"
    tab: str = ""

    @property
    def is_about_an_upload(self) -> bool:
        return any(f"{{{name}}}" in self.address for name in ("preview", "stored", "refused", "uploaded", "foreign"))

    @property
    def is_about_a_study(self) -> bool:
        kinds = ("draft", "study", "run", "whole_run", "tried", "repetition")
        return any(f"{{{name}}}" in self.address for name in kinds)


PLACES = (
    Place(name="start page", address="/"),
    Place(name="start page of an uploader", address="/", who="uploader"),
    Place(name="start page of a statistician", address="/", who="statistician"),
    Place(name="start page of an administrator", address="/", who="administrator"),
    Place(name="keys", address="/keys/"),
    Place(name="list of patients", address="/admin/registry/patient/"),
    Place(name="new patient", address="/admin/registry/patient/add/"),
    Place(name="patient, every tab", address="/admin/registry/patient/{patient}/change/", tab="*"),
    Place(name="new assessment", address="/admin/registry/assessment/add/?patient={patient}"),
    Place(name="assessment", address="/admin/registry/assessment/{assessment}/change/"),
    Place(name="session with its drugs", address="/admin/registry/transarterialsession/{session}/change/"),
    Place(name="list of assessments", address="/admin/registry/assessment/"),
    Place(name="list of sessions, filtered", address="/admin/registry/transarterialsession/?state=SUBMITTED"),
    Place(name="list without hits", address="/admin/registry/patient/?q=nobody&sex__exact=M"),
    Place(name="history", address="/admin/registry/patient/{patient}/history/"),
    Place(name="withdrawing", address="/records/patient/{patient}/act/withdraw/"),
    Place(name="unlocking", address="/records/patient/{patient}/act/unlock/"),
    Place(name="withdrawn patients", address="/admin/registry/patient/?withdrawn=yes"),
    Place(name="grid", address="/grid/"),
    Place(name="forms on paper", address="/forms/"),
    Place(name="timeline", address="/patients/{patient}/timeline/"),
    Place(name="sheet of visits", address="/patients/{patient}/grid/visits/"),
    Place(name="sheet of sessions", address="/patients/{patient}/grid/sessions/"),
    Place(name="list of queries", address="/queries/"),
    Place(name="sweeps", address="/sweeps/", who="administrator"),
    Place(name="assigning queries", address="/records/bulk/assign/?of=query&ids={query}"),
    Place(name="query", address="/queries/{query}/"),
    Place(name="start page of an investigator", address="/", who="investigator"),
    Place(name="sign-offs", address="/sign-offs/", who="investigator"),
    Place(name="signing", address="/records/patient/{patient}/act/sign/", who="investigator"),
    Place(name="signing many", address="/sign-offs/sign/", who="investigator"),
    Place(name="an act on many", address="/records/bulk/lock/?ids={patient}"),
    Place(name="uploads", address="/uploads/"),
    Place(name="preview with errors and unknown headers", address="/uploads/{preview}/", who="uploader"),
    *(
        Place(name=f"{fate} records of a preview", address=f"/uploads/{{preview}}/records/{fate}/", who="uploader")
        for fate in ("new", "changed", "conflict", "unchanged")
    ),
    Place(name="file whose sheet nobody knows", address="/uploads/{foreign}/", who="uploader"),
    Place(name="mappings", address="/uploads/mappings/", who="uploader"),
    *(
        Place(name=f"mapping, {step}", address=f"/uploads/{{foreign}}/map/{step}/", who="uploader")
        for step in ("sheet", "kinds", "columns", "codes", "units", "words", "constants", "finish")
    ),
    Place(name="rows held back", address="/uploads/{preview}/held-back/", who="uploader"),
    Place(name="result of an upload", address="/uploads/{stored}/", who="uploader"),
    Place(name="file that cannot be read", address="/uploads/{refused}/", who="uploader"),
    Place(name="cell of a workbook", address="/uploads/{stored}/cell/patient/2/B/"),
    Place(name="history of an uploaded patient", address="/admin/registry/patient/{uploaded}/history/"),
    Place(name="new study", address="/studies/new/", who="statistician"),
    Place(name="editor of a study", address="/studies/drafts/{draft}/", who="statistician"),
    Place(name="freezing a version", address="/studies/drafts/{draft}/freeze/", who="statistician"),
    Place(name="study with its versions", address="/studies/{study}/", who="statistician"),
    Place(name="plan of a study", address="/studies/{study}/plan/", who="statistician"),
    Place(name="result, read top down", address="/runs/{whole_run}/", who="statistician"),
    Place(name="results", address="/runs/?study=own&run={run}", who="statistician"),
    Place(name="rows of a result", address="/runs/{whole_run}/rows/?in=table-endpoints", who="statistician"),
    Place(name="results side by side", address="/runs/compare/?run={run}&run={later_run}", who="statistician"),
    Place(name="checking a printed table", address="/studies/check-table/", who="statistician"),
    Place(name="design that was tried", address="/designs/{tried}/", who="statistician"),
    Place(name="repetition of a run", address="/repetitions/{repetition}/", who="statistician"),
    Place(name="tokens", address="/api/tokens/", who="uploader"),
    Place(name="people", address="/people/", who="administrator"),
    Place(name="inviting", address="/people/invite/", who="administrator"),
    Place(name="person", address="/people/{colleague}/", who="investigator"),
    Place(name="delegation log", address="/delegation/", who="investigator"),
    Place(name="own account", address="/account/", who="uploader"),
    Place(name="forgotten password", address="/accounts/password/reset/", who="uploader"),
    Place(name="link that is over", address="/welcome/over/", who="uploader"),
    Place(name="reference for scripts", address="/api/", who="uploader"),
)

PEOPLE = sorted({place.who for place in PLACES})


def places_of(who: str) -> list[Place]:
    """A walk over them in one test costs one sign-in, one patient and one set of uploads, however many they are."""
    return [place for place in PLACES if place.who == who]
