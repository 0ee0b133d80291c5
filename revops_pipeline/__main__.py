"""`python -m revops_pipeline` is `revops`."""

from revops_pipeline.cli import app

app()
