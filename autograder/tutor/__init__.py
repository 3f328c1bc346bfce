"""A Socratic tutor: questions and pointers from Claude where a key is set, the course's staged hints where none is.

What Claude says is tried before it is shown: a reply from which the exercise can be solved by pasting is withheld
(`leaks`). The learner's own record of what was checked and hinted lies in PROGRESS.md (`record`, `page`).
"""
