"""The packages of the work tree beside their last releases: what has changed in their APIs and specs, and what that needs."""
