"""What all mock vendors share."""
