"""Every run of the suite takes the same examples, so that a red one speaks of the change and not of the day.

Fresh examples are for the long runs: `./run soak` takes them, and so does `--hypothesis-profile=fresh`.
"""

from hypothesis import settings

settings.register_profile("suite", derandomize=True)
settings.register_profile("fresh", derandomize=False, print_blob=True)
settings.load_profile("suite")
