"""Synthetic centers: deterministic patients who resemble a published cohort and whose true hazard ratio is known."""

from importers.demo.centers import CenterRows, make_centers
from importers.demo.workbooks import write_workbooks

__all__ = ["CenterRows", "make_centers", "write_workbooks"]
