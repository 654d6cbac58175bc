"""Download the report of an ingestion, and classify items by its rows."""
