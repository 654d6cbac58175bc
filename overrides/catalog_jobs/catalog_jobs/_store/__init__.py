"""The database: jobs, staged chunks, journals and outcomes. No other package contains SQL."""
