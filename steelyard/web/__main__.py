"""Administration: `python -m steelyard.web <command>` runs a Django command for the company in STEELYARD_COMPANY."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.web.project.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
