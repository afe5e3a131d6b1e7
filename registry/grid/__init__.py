"""The records of a patient as a sheet: seen, pasted and typed over, previewed, stored in one act and undone in one (ADR 40)."""
