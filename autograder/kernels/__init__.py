"""Jupyter kernels that are forked from a warm parent and jailed: a start takes milliseconds, and spoils nothing.

    provisioner   asks for a kernel, in the process of a notebook's client (nbgrader, nbclient, the book)
    zygote        the warm parent: has the course's libraries imported, and forks
    confined      what a forked kernel is locked into
    app           the kernel itself, in the fork

Any client uses it by configuration: `kernel_manager_class = "autograder.kernels.provisioner.ForkedKernelManager"`, a
kernelspec whose metadata names the provisioner, or JUPYTER_DEFAULT_PROVISIONER_NAME=autograder-forked.
"""
