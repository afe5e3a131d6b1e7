"""What every record of a center has in common, and how its variables are declared."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.forms import CheckboxSelectMultiple, Field, TypedMultipleChoiceField
from django.utils.translation import gettext_lazy as _

from registry.clinical.ranges import RANGES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Label = str | _StrPromise


class CenterRecordQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> "CenterRecordQuerySet":
        """The rows of the user's centers; row security says the same in the database."""
        mine = {"center__membership__user_id": user.pk, "center__membership__is_active": True}
        return self.filter(**mine, center__is_active=True).distinct()


class CenterRecord(models.Model):
    """A row that belongs to one center and is seen by that center alone."""

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    created_at = models.DateTimeField(_("Created at"), auto_now_add=True, db_default=models.functions.Now())
    updated_at = models.DateTimeField(_("Updated at"), auto_now=True, db_default=models.functions.Now())

    # Names of the variables that could name a person, hidden from statisticians; None hides the whole record.
    identifying: ClassVar[tuple[str, ...] | None] = ()
    natural_key: ClassVar[tuple[str, ...]] = ()
    treatment_date: ClassVar[str | None] = (
        None  # the variable that says when a treatment began, for records of treatment
    )
    bookkeeping: ClassVar[tuple[str, ...]] = ("created_at", "updated_at")

    objects = CenterRecordQuerySet.as_manager()

    class Meta:
        abstract = True


class CodesField(ArrayField):
    """Several codes of one vocabulary: an array in the database, check boxes on a form."""

    def formfield(self, **kwargs: Any) -> Field | None:
        choices = self.base_field.choices
        given = {"coerce": str, "empty_value": [], "widget": CheckboxSelectMultiple, **kwargs, "choices": choices}
        given.pop("max_length", None)
        return super(ArrayField, self).formfield(
            form_class=TypedMultipleChoiceField, choices_form_class=TypedMultipleChoiceField, **given
        )


def coded(
    choices: type[models.TextChoices] | list[Any], label: "Label", *, required: bool = False, **options: Any
) -> models.CharField:
    pairs = choices if isinstance(choices, list) else choices.choices
    length = max(len(code) for code, _ in pairs)
    return models.CharField(label, choices=pairs, max_length=length, null=not required, blank=not required, **options)


def codes(choices: type[models.TextChoices], label: "Label") -> CodesField:
    length = max(len(code) for code in choices.values)
    return CodesField(
        models.CharField(max_length=length, choices=choices.choices), verbose_name=label, null=True, blank=True
    )


def measured(name: str, label: "Label", *, required: bool = False) -> models.Field:
    """A number with unit and range from registry.clinical.ranges, kept at full precision."""
    known = RANGES[name]
    validators = [MinValueValidator(known.hard[0]), MaxValueValidator(known.hard[1])]
    kind = models.IntegerField if known.whole else models.FloatField
    return kind(label, null=not required, blank=not required, validators=validators)


def dated(label: "Label", *, required: bool = False) -> models.DateField:
    return models.DateField(label, null=not required, blank=not required)
