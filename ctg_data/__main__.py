"""Command line: ``python -m ctg_data update``, ``socle`` and, for the statistician, ``secret``."""

import sys

from ctg_data.commands.line import main
from ctg_data.commands.output import listened

if __name__ == "__main__":
    sys.stdout, sys.stderr = listened(sys.stdout), listened(sys.stderr)
    sys.exit(main())
