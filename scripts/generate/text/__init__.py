"""Names, docstrings and Markdown made of the texts of a document."""
