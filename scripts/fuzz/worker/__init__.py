"""What runs in the process that fuzzes one API."""
