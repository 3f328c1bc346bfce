"""All right: the course's own solutions."""

# %% solve the rest as the course does
