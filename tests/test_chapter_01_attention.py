"""Chapter 1's graders."""

from certified import certified

test_certified = certified("attention")
