"""The field types of our own. Migrations name them by this address, so they stay in this module wherever the rest moves."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.forms import CheckboxSelectMultiple, Field, TypedMultipleChoiceField

from registry.clinical.adverse_events.ctcae import term_in_chinese
from registry.encryption import cipher
from registry.languages import is_chinese


class CodesField(ArrayField):
    """Several codes of one vocabulary: an array in the database, check boxes on a form."""

    def formfield(self, **kwargs: Any) -> Field | None:
        choices = self.base_field.choices
        given = {"coerce": str, "empty_value": [], "widget": CheckboxSelectMultiple, **kwargs, "choices": choices}
        given.pop("max_length", None)
        return super(ArrayField, self).formfield(
            form_class=TypedMultipleChoiceField, choices_form_class=TypedMultipleChoiceField, **given
        )


class CtcaeTermField(models.CharField):
    """A term by its English name, shown by its Chinese one on Chinese pages; in the database and in migrations a text."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    @staticmethod
    def shown(value: str) -> str:
        return (is_chinese() and term_in_chinese(value)) or value


class EncryptedTextField(models.TextField):
    def get_prep_value(self, value: Any) -> str | None:
        plain = super().get_prep_value(value)
        return None if plain in (None, "") else cipher().encrypt(plain.encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:  # noqa: ARG002
        return None if value is None else cipher().decrypt(value.encode()).decode()


class EncryptedBinaryField(models.BinaryField):
    """A file as it came in: it may name people, so it lies encrypted in the database and in every backup of it."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002
        return (
            None if value is None else super().get_db_prep_value(cipher().encrypt(bytes(value)), connection, prepared)
        )

    def from_db_value(self, value: bytes | memoryview | None, expression: Any, connection: Any) -> bytes | None:  # noqa: ARG002
        return None if value is None else cipher().decrypt(bytes(value))
