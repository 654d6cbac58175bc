"""What a release of the packages needs: what has changed since the last one, and whether the versions say so."""
