"""Folders are those of the code, and ``project``: what is promised of the whole."""

import os
import sys
from pathlib import Path

# each worker and each command tried would compile the whole project, where the machine says so
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

ROOT = Path(__file__).parents[1]
