"""What the templates are given, and the tables and metadata that they write."""
