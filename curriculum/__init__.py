"""What the course teaches, as a library: reference implementations, models, environments, trainers and plots."""
