"""Who may see single patients of a study, and so whatever names or counts them closely."""

from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from registry.access.permissions import centers_where

Reader = AbstractBaseUser | AnonymousUser


def sees_patients(by: Reader, *, center_ids: Collection[int]) -> bool:
    """Whether single patients of all of these centers may be shown to this person."""
    return set(center_ids) <= set(centers_where(by, may="read_patient_level"))


def centers_to_analyze(by: Reader) -> list[int]:
    """Where this person runs studies and may see single patients: what names or counts them closely is for those."""
    return sorted({*centers_where(by, may="run_studies")} & {*centers_where(by, may="read_patient_level")})
