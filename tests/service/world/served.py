"""`gradeck serve` over the bank of sums, or over the one that GRADECK_BANK names.

The command is as it is; sums are small questions, so that the service is tested by itself.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

from service.bank.questions import Questions
from service.commands import serve as commands
from tests.service.world.sums import Sums


def _sums(folders: tuple[Path, ...], secret: bytes) -> Questions:
    return Sums()


if __name__ == "__main__":
    if "GRADECK_BANK" not in os.environ:
        for module in ("service.app", "service.processes.serving"):
            vars(import_module(module))["open_questions"] = _sums
    sys.exit(commands.serve())
