"""`python -m catalog_jobs` is the command `catalog`. It is loaded where Ctrl-C is already expected."""

import sys


def main() -> None:
    """Run the command with the arguments of this process, and end it."""
    try:
        from .command import main as command  # noqa: PLC0415 - Ctrl-C while it is loaded needs no traceback

        command()
    except KeyboardInterrupt:
        sys.stderr.write("catalog: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
