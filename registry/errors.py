"""Why something asked for is not done. The text is for the person who asked: what was found, and what to do."""


class Refused(Exception):
    """The state of things forbids it."""


class NotAllowed(Refused):
    """The person's roles forbid it."""
