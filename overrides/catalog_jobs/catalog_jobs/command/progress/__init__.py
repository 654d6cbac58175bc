"""Show the progress of a job: on a terminal, in plain lines, or as JSON for programs."""
