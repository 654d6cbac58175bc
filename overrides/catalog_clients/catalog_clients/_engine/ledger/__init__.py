"""What is known of the items of a run, and the file that keeps it."""
