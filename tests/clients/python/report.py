"""What the checks say: one line each, and a stop with words at the first that is wrong."""


class Wrong(Exception):
    """Something is not as a client may expect it."""


class Report:
    """Counts the checks that held."""

    def __init__(self):
        self.passed = 0

    def ok(self, words, holds, found=None):
        """Says that `words` hold, or stops with what was found instead."""
        if not holds:
            raise Wrong(words if found is None else f"{words}; found: {found!r}")
        self.passed += 1
        print(f"ok {words}", flush=True)

    def same(self, words, found, wanted):
        """Says that two values are equal."""
        self.ok(words, found == wanted, f"{found!r} instead of {wanted!r}")
