"""The record forms; each module registers its own."""

from registry.admin import assessment, patient, treatments, users

__all__ = ["assessment", "patient", "treatments", "users"]
