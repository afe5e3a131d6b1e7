"""What every record of a center has in common, and how its variables are declared."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from registry.choices import MissingReason, RecordStatus
from registry.clinical.ranges import RANGES
from registry.fields import CodesField
from registry.models.base.audit import audited, guarded

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Label = str | _StrPromise


BOOKKEEPING = ("created_at", "updated_at", "record_status", "row_version", "withdrawn_at")
MISSING_REASON = "_missing_reason"
PRECISION = "_precision"  # of a date, which says itself why it is missing


class CenterRecordQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> "CenterRecordQuerySet":
        """The rows of the user's centers; row security says the same in the database."""
        mine = {"center__membership__user_id": user.pk, "center__membership__is_active": True}
        return self.filter(**mine, center__is_active=True).distinct()


class ActiveManager(models.Manager.from_queryset(CenterRecordQuerySet)):  # type: ignore[misc]
    """The records that stand: one withdrawn keeps its row and its natural key, and is read nowhere unasked."""

    def get_queryset(self) -> CenterRecordQuerySet:
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class CenterRecord(models.Model):
    """A row that belongs to one center and is seen by that center alone."""

    center = models.ForeignKey("registry.Center", on_delete=models.PROTECT, verbose_name=_("Center"))
    created_at = models.DateTimeField(_("Created at"), auto_now_add=True, db_default=models.functions.Now())
    updated_at = models.DateTimeField(_("Updated at"), auto_now=True, db_default=models.functions.Now())
    record_status = models.CharField(
        _("Record status"),
        choices=RecordStatus.choices,
        max_length=9,
        default=RecordStatus.SUBMITTED,
        db_default=RecordStatus.SUBMITTED,
        editable=False,
    )
    # Counted by a trigger at every change of a recorded value, whoever writes: two editors of one record notice each other.
    row_version = models.PositiveIntegerField(_("Version"), default=0, db_default=0, editable=False)
    withdrawn_at = models.DateTimeField(_("Withdrawn at"), null=True, blank=True, editable=False)

    # Names of the variables that could name a person, hidden from statisticians; None hides the whole record.
    identifying: ClassVar[tuple[str, ...] | None] = ()
    natural_key: ClassVar[tuple[str, ...]] = ()
    treatment_date: ClassVar[str | None] = (
        None  # the variable that says when a treatment began, for records of treatment
    )
    bookkeeping: ClassVar[tuple[str, ...]] = BOOKKEEPING
    pgh_event_model: ClassVar[Any]  # of a record that is audited

    objects = ActiveManager()
    including_withdrawn = CenterRecordQuerySet.as_manager()

    class Meta:
        abstract = True


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


def measured(name: str, label: "Label", *, required: bool = False, **options: Any) -> models.Field:
    """A number with unit and range from registry.clinical.ranges, kept at full precision."""
    known = RANGES[name]
    validators = [MinValueValidator(known.hard[0]), MaxValueValidator(known.hard[1])]
    kind = models.IntegerField if known.whole else models.FloatField
    return kind(label, null=not required, blank=not required, validators=validators, **options)


def dated(label: "Label", *, required: bool = False) -> models.DateField:
    return models.DateField(label, null=not required, blank=not required)


def written(label: "Label", *, max_length: int, **options: Any) -> models.CharField:
    """A short text of the center's own."""
    return models.CharField(label, max_length=max_length, null=True, blank=True, **options)


def recorded(model: type[CenterRecord]) -> type[CenterRecord]:
    """A clinical record: each optional variable may say why it is missing, each write is guarded and audited."""
    for field in may_be_missing(model):
        label = format_lazy(_("{variable}: missing reason"), variable=field.verbose_name)
        model.add_to_class(f"{field.name}{MISSING_REASON}", coded(MissingReason, label))
    return audited(guarded(model))


def may_be_missing(model: type[CenterRecord]) -> list[models.Field]:
    """The coded, dated and measured variables that may be blank: a column beside each says why it is."""
    own = [field for field in model._meta.local_concrete_fields if field.null and not field.is_relation]
    kinds = (models.FloatField, models.IntegerField, models.DateField)
    return [
        field
        for field in own
        if (isinstance(field, kinds) or (field.choices and not isinstance(field, ArrayField)))
        and field.name not in BOOKKEEPING
        and not field.name.endswith((MISSING_REASON, PRECISION))
        and field.name != "missing_reason"
    ]
