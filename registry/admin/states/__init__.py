"""What the forms know of a record's state: drafts, submitting, reasons for corrections, many patients at once."""
