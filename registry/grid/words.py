"""What the script of the sheet says, in the language of the page."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    return {
        "sheet": _("Grid"),
        "row": _("Record"),
        "field": _("Field"),
        "old": _("Stored"),
        "new": _("New value"),
        "remarks": _("Remarks"),
        "newRecord": _("New record"),
        "newRecords": _("New records will be created:"),
        "changes": _("Values to store: {n}"),
        "refused": _("Refused: {n}"),
        "nothing": _("Nothing to store yet. Paste a block or type into a cell."),
        "store": _("Store"),
        "leaveOut": _("Leave out what is refused"),
        "discard": _("Discard all"),
        "takeStored": _("Keep the stored value"),
        "takeYours": _("Store yours all the same"),
        "reason": _("Reason for the change"),
        "choose": _("Select value"),
        "inWords": _("In words"),
        "corrected": _("These submitted values would be replaced:"),
        "verified": _("Storing ends the verification of:"),
        "locked": _("locked"),
        "failed": _("The server cannot be reached. Try again in a moment."),
        "empty": _("empty"),
        "more": _("{n} more"),
    }
