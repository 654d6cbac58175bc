"""Items of an input: their checks, what identifies them, and the requests that are built for them."""
