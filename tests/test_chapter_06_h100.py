"""The graders of chapter 6's models of memory and time, and the models beside what was measured."""

from certified import certified

test_certified = certified("h100")
