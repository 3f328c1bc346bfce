"""Exercises as tasks for Claude: attempts, pass rates, and what they mean. Needs the extra [agents].

    shapes        a task: what the model is told, and the files it starts from; `twins`: impossible ones
    workspace     a jailed folder with a shell, an interpreter and an editor; `inside` is the process in the jail,
                  `interpreters` and `editor` what it offers
    tools         the model's tools, and what each does in a workspace
    loop          one attempt: the conversation until the model submits, gives up or meets a limit
    attempts      many attempts at once: recorded, stopped, resumed
    records       what is recorded
    prices        what tokens cost
    rates         intervals, pass@k, the rule for a band of pass rates
    calibration   how hard a task has to be made for its pass rate to lie in a band
    report        what the records say: `failures` counts how attempts failed, `report_tables` are its tables as data,
                  `report_page` with `transcript_page` and `report_style` its HTML, `wording` its numbers as words
    comparison    two sets of records, on the tasks that both have
    regrading     today's graders on what was submitted
    commands      the command line

What the numbers mean, and what they do not, is said on the book's page on grading models.
"""
