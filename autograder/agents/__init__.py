"""Exercises as tasks for Claude: attempts, pass rates, and what they mean. Needs the extra [agents].

shapes        a task: what the model is told, and the files it starts from
workspace     a jailed folder with a shell, an interpreter and an editor; `inside` is the process in the jail,
              `interpreters` and `editor` what it offers
tools         the model's tools, and what each does in a workspace
loop          one attempt: the conversation until the model submits, gives up or meets a limit
attempts      many attempts at once: recorded, stopped, resumed
records       what is recorded
prices        what tokens cost
rates         intervals, pass@k, the rule for a band of pass rates
calibration   how hard a task has to be made for its pass rate to lie in a band
report, report_page, comparison, regrading   what the records say
commands      the command line
"""
