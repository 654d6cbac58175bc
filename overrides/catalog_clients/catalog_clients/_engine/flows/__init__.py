"""What flows yield, and what forked processes need."""
