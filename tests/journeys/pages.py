"""The pages that people work with, for whatever is asked of each of them; a new page is one line here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`address` may name {patient}, {assessment}, {session} and {query}; `who` signs in; `tab` is opened, "*" means each."""

    name: str
    address: str
    who: str = "data_manager"
    tab: str = ""


PLACES = (
    Place(name="start page", address="/"),
    Place(name="start page of an uploader", address="/", who="uploader"),
    Place(name="start page of a statistician", address="/", who="statistician"),
    Place(name="start page of an administrator", address="/", who="administrator"),
    Place(name="list of patients", address="/admin/registry/patient/"),
    Place(name="new patient", address="/admin/registry/patient/add/"),
    Place(name="patient, every tab", address="/admin/registry/patient/{patient}/change/", tab="*"),
    Place(name="new assessment", address="/admin/registry/assessment/add/?patient={patient}"),
    Place(name="assessment", address="/admin/registry/assessment/{assessment}/change/"),
    Place(name="session with its drugs", address="/admin/registry/transarterialsession/{session}/change/"),
    Place(name="list of assessments", address="/admin/registry/assessment/"),
    Place(name="history", address="/admin/registry/patient/{patient}/history/"),
    Place(name="withdrawing", address="/records/patient/{patient}/act/withdraw/"),
    Place(name="unlocking", address="/records/patient/{patient}/act/unlock/"),
    Place(name="withdrawn patients", address="/admin/registry/patient/?withdrawn=yes"),
    Place(name="grid", address="/grid/"),
    Place(name="timeline", address="/patients/{patient}/timeline/"),
    Place(name="list of queries", address="/queries/"),
    Place(name="sweeps", address="/sweeps/", who="administrator"),
    Place(name="query", address="/queries/{query}/"),
    Place(name="uploads", address="/uploads/"),
)
