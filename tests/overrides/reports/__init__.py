"""Reports: their links, and what their rows say."""
