"""The nbgrader door: the judge's verdict in an unmodified gradebook.

nbgrader_config.py names these steps; nbgrader runs them.

    generate_assignment   release.PutStarters    each solution cell gets its own starter
    autograde, 1st pass   restore.RestoreCells   the course's cells are again what was released, whatever became of them
    autograde, 2nd pass   display.Display        the notebook is run to be looked at; a dead kernel ends nothing
                          judging.Judge          the judge's verdict takes the place of what the kernel showed

What a student's kernel does decides no grade that an exercise owns. `lessons` knows the course's own cells, `pipeline`
does what is out of date for a whole class, `sample_class` makes the submissions of the five sample students, `work` and
`lab` are the learner's side: a folder to work in, and JupyterLab on it. An instructor's commands are `adopt` (grade
cells of one's own notebook that an exercise can judge), `exports` (the gradebook for Canvas and Moodle) and
`similarity` (which submissions look alike).
"""
