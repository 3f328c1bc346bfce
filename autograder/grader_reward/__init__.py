"""The book trains on its own grader: a small GPT writes a missing expression, and the judge's verdict is its reward.

`grammar` has the tokens and what they mean as Python, `blank` says what is missing of an exercise and `blanks` lists
all, `verdicts` has the judge's word on each program, `world` prompts and rewards for `curriculum.train_grpo`, `search`
the peer that learns nothing, and `experiment` what the book shows.
"""
