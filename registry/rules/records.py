"""The kinds of record and their variables, asked of the models when first needed: models may call the checks."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

NEVER_A_CLINICAL_DATE = {"birth_date"}


@cache
def fields_of() -> dict[str, tuple[models.Field, ...]]:
    """The own columns of every record that belongs to a center, by entity."""
    records = [model for model in apps.get_app_config("registry").get_models() if hasattr(model, "natural_key")]
    return {model._meta.model_name or "": tuple(model._meta.local_concrete_fields) for model in records}


def date_fields(entity: str) -> tuple[models.Field, ...]:
    """Days that a person enters; moments kept by the system are not among them."""
    return tuple(field for field in fields_of()[entity] if type(field) is models.DateField)


def clinical_dates(entity: str) -> tuple[models.Field, ...]:
    return tuple(field for field in date_fields(entity) if field.name not in NEVER_A_CLINICAL_DATE)


def own_key(entity: str) -> str:
    """The variable of its own by which a record is told from its siblings: where to point when the whole record is meant."""
    model: Any = fields_of()[entity][0].model
    plain = [field.name for field in fields_of()[entity] if not field.is_relation and field.name != "id"]
    return next((name for name in model.natural_key if name in plain), plain[-1])
