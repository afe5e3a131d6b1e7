"""What applies to which record, and what may be copied into one, name variables that there are."""

from django.apps import apps

from registry.clinical.applicability import APPLICABLE, applies
from registry.clinical.carried_over import MAY_BE_COPIED
from registry.clinical.ranges import RANGES


def variables(entity: str) -> dict[str, object]:
    return {field.name: field for field in apps.get_model("registry", entity)._meta.concrete_fields}


def test_every_rule_names_variables_and_codes_of_its_record() -> None:
    for rule in APPLICABLE:
        known = variables(rule.entity)
        assert {rule.depends_on, *rule.variables} <= known.keys()
        codes = {code for code, _label in known[rule.depends_on].flatchoices}  # type: ignore[attr-defined]
        assert rule.codes < codes, "under every code it applies always"


def test_a_tare_variable_applies_to_no_other_session() -> None:
    told = {
        modality: applies("isotope", entity="transarterialsession", row={"modality": modality})
        for modality in ("TARE", "HAIC", "", None)
    }
    assert told == {"TARE": True, "HAIC": False, "": True, None: True}


def test_no_result_date_or_response_may_be_copied() -> None:
    settings = {"height_cm", "haic_infusion_hours", "duration_h", "operator_years", "line_no", "lesion_no"}
    for entity, names in MAY_BE_COPIED.items():
        assert {*names} <= variables(entity).keys()
        for name in names:
            assert not name.endswith(("_date", "_response"))
            assert not name.startswith("response_")
            assert name not in RANGES or name in settings, f"{name} is measured"
