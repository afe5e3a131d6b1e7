from collections.abc import Callable

import pytest
from django.test import Client

from tests.conftest import Cast

Form = dict[str, object]


KINDS = ("transarterialsession", "ablationsession", "resection", "transplant", "radiotherapy", "systemicagent")
KINDS += ("othertreatment", "imagingassessment", "followup", "progressionevent", "adverseevent")


@pytest.fixture
def entering(cast: Cast, client: Client) -> Client:
    """A browser in which the data manager of C01 is signed in."""
    client.force_login(cast.data_manager)
    return client


@pytest.fixture
def patient_form(cast: Cast) -> Callable[..., Form]:
    """What a browser posts for a new patient; rows below it as {"transarterialsession": [{...}, ...]}."""

    def fill(*, rows: dict[str, list[Form]] | None = None, **variables: object) -> Form:
        form: Form = {
            "center": cast.center.pk,
            "local_id": "0007",
            "sex": "M",
            "birth_date": "1960-05-17",
            "consent_status": "WAIV",
        }
        form |= {"diagnosis_date": "2015-03-02", "diagnosis_basis": "IMG", "tumor_type": "HCC"}
        for kind in KINDS:
            entered = (rows or {}).get(kind, [])
            form |= {f"{kind}_set-TOTAL_FORMS": len(entered), f"{kind}_set-INITIAL_FORMS": 0}
            form |= {
                f"{kind}_set-{number}-{name}": value
                for number, row in enumerate(entered)
                for name, value in row.items()
            }
        return form | variables

    return fill
