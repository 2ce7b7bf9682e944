"""``python -m tumorviewer``, and where the frozen program begins."""

import sys

if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        # Before all else: processes that share out work are this very file again, and go their own way from here.
        from multiprocessing import freeze_support

        freeze_support()
    from tumorviewer.cli.streams import open_missing_streams

    open_missing_streams()
    from tumorviewer.cli import main

    sys.exit(main())
