"""What the templates see: operations, credentials, tables and metadata as Python text."""
