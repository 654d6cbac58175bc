"""The packages of the work tree compared with their last releases: changes of their APIs and specs, and the bump that they need."""
