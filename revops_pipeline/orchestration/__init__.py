"""The only room that knows Dagster: when things run, what they are called, how they fail."""
