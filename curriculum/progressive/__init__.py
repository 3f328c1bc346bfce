"""Progressive transformers: a ladder of toy tasks, and which of them first defeats which model."""
