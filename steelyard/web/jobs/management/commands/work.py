"""Work off jobs until the server that started this process is gone."""

import os
import threading
import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

LOOK_SECONDS = 1.0


class Command(BaseCommand):
    """Runs the worker of the task queue, and ends with its parent."""

    help = "Work off jobs; ends when the process that started it ends."

    def handle(self, *args: Any, **options: Any) -> None:
        """Watch the parent, and work."""
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
        call_command("db_worker", interval=0.5, startup_delay=False, reload=False, verbosity=0)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(1)
