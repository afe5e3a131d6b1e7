"""The record forms; each module registers its own."""

from registry.admin import assessment, patient, people, treatments

__all__ = ["assessment", "patient", "people", "treatments"]
