"""Revenue operations in one Dagster repository: many systems in, linked and checked tables out."""

__version__ = "0.1.0"
