"""`python -m catalog_jobs` is the command `catalog`."""

from .command import main

main()
