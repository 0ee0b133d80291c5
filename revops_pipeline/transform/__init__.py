"""The dbt project, and the way it is run."""
