"""Where rows land. No Dagster."""
