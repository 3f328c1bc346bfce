"""Errors that are ours or the caller's, never the submission's."""


class JudgeError(Exception):
    """The judge could not do its work (no sandbox, a broken check). It never costs a learner points."""


class UsageError(Exception):
    """What the caller gave cannot be used; the message says what and how to mend it."""
