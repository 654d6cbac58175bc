"""The packages of the work tree compared with their last releases: what has changed in their APIs and specs, and what that needs."""
