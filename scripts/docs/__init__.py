"""The site of the documentation: pages for each reader, the guides of the folders, and references made from specs and code."""
