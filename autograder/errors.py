"""Errors that are ours or the caller's, never the submission's."""


class JudgeError(Exception):
    """The judge could not do its work (no sandbox, a broken check). It never costs a learner points."""


class NotCounted(Exception):
    """A check asked for what nobody counts in this form of grading: it cannot be made there."""


class UsageError(Exception):
    """What the caller gave cannot be used; the message says what and how to mend it."""
