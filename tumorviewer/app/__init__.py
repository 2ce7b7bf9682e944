"""The desktop program: puts state, threads and window together."""

from collections.abc import Sequence


def run(paths: Sequence[str]) -> int:
    """Show the window, or hand the paths to the one that is shown already.

    Parameters
    ----------
    paths : sequence of str
        What to open; relative ones are meant from the working folder.

    Returns
    -------
    int
        Exit code.
    """
    # Here, so that `import tumorviewer.app` costs nothing; a second start loads nothing but this.
    from tumorviewer.app.single import FirstStart

    first = FirstStart()
    if not first.claim(paths):
        return 0
    from tumorviewer.app.program import Program

    return Program(first).run(paths)
