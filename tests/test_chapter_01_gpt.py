"""The graders of chapter 1's GPT."""

from certified import certified

test_certified = certified("gpt")
