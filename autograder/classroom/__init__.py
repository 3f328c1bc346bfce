"""The nbgrader door: the judge's verdict in an unmodified gradebook.

nbgrader_config.py names these steps; nbgrader runs them.

    generate_assignment   release.PutStarters    each solution cell gets its own starter
    autograde, 1st pass   restore.RestoreCells   the course's cells are again what was released, whatever became of them
    autograde             reading.SubmissionExporter   a file that is no notebook costs itself only
    autograde, 2nd pass   display.Display        the notebook is run to be looked at; a dead kernel ends nothing
                          judging.Judge          the judge's verdict takes the place of what the kernel showed
    generate_feedback     feedback.FeedbackExporter    the page, made once and not parsed again

What a student's kernel does decides no grade that an exercise owns. `lessons` knows the course's own cells.

For a whole class: `folders` says where files lie and what was made from what, `releasing` and `grading` do what is out
of date (in parallel: `processes`), `gradebook` reads what came of it, `regrading` shows what a changed grader changes,
`appeals` makes a disputed solution a proof, `adopt` looks at notebooks of an instructor's own, `exports` writes the
gradebook for Canvas and Moodle, `similarity` shows where to look; `commands` is the command line. `sample_class` makes
the submissions of the five sample students, `drawn_class` those of a hundred whose true scores are known. `work` and
`lab` are the learner's side: a folder to work in, and JupyterLab.
"""
