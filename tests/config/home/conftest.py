"""What these tests borrow from others."""

from tests.analytics.conftest import make_case
from tests.registry.admin.conftest import patient_form

__all__ = ["make_case", "patient_form"]
