"""Exercises as tasks for a model: attempts at them, and what the attempts show.

    records       what is kept of a run, an attempt and its transcript
    shapes        a task's prompt and starter files: implement, repair, twin
    workspace     the jailed folder in which a model works
    tools         what it may call there
    loop          one attempt
    attempts      many of them, to be stopped and resumed
    prices        what tokens cost, with the date of the prices
    rates         intervals for pass rates and their differences, pass@k, the rule for a band
    calibration   the walk over the dial k to a task in the band, and its confirmation
    report        from records to numbers and Markdown
    report_page   the same as one HTML page, with every transcript
    comparison    two sets of records, paired on the same tasks
    regrading     today's graders applied to recorded submissions
    commands      the commands on the command line

They are imported only where they are used: they need the extra `agents`.
"""
