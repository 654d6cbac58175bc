"""What responses, statuses and notifications say of items."""
