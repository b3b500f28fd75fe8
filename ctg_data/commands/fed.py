"""The commands ``fed``: what ``socle`` does to a yearly file, done to an answer of the CAF."""

import argparse

from ctg_data.commands import socle
from ctg_data.socle.imports import Series


def declare(verb: argparse.ArgumentParser) -> None:
    """What ``fed`` may be given; ``func(options)`` returns the exit code."""
    socle.declare_series(verb, Series.FED)
