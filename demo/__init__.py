"""Synthetic centers: deterministic patients who resemble a published cohort and whose true hazard ratio is known.

`centers` and `workbooks` make what a center would send; `core` gives arrays and knows no Django.
"""
