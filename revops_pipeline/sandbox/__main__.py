"""`python -m revops_pipeline.sandbox`."""

import typer

from revops_pipeline.sandbox.command import sandbox_command

if __name__ == "__main__":
    typer.run(sandbox_command)
