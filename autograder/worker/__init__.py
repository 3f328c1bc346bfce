"""What runs beside a submission: the protocol, the executor, the jail and the zygote.

Nothing here imports from the rest of `autograder`: these files are loaded into a process that holds
no reference, no check and no seed, under the top-level name `worker`.
"""
