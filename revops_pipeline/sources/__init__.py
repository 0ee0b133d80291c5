"""Vendor systems: how each is asked, paged and trusted. No Dagster, no SQL."""
