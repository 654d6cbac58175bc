"""What is kept in the database: jobs, their staged chunks, what was sent, and outcomes. Nothing else knows SQL."""
