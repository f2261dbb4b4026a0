"""Several at a time."""

from concurrent.futures import ThreadPoolExecutor


def each(work, items, jobs):
    """Does the work for each item, so many at a time; raises what went wrong first."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for done in [pool.submit(work, item) for item in items]:
            done.result()
