"""`live`: each adapter with each, itself too, with snappy and without."""

from ..parallel import each
from .pair import Pair
from .scenes import SCENES

COMPRESS_ABOVE = 64


def run(candidates, report, jobs):
    meetings = [
        (first, second, compress_above)
        for first in candidates for second in candidates
        for compress_above in (None, COMPRESS_ABOVE)
    ]

    def one(meeting):
        meet(*meeting, report)

    # Much of it is waiting.
    each(one, meetings, 2 * jobs)


def meet(first, second, compress_above, report):
    """All that two adapters do with each other."""
    name = f"{first.language} and {second.language}"
    if compress_above is not None:
        name += ", snappy"
    with report.stage(f"{name}: live"), Pair(first, second, compress_above) as pair:
        for scene in SCENES:
            about = scene.__doc__.strip().splitlines()[0].rstrip(".")
            report.case(f"{name}: {about}", lambda: pair.play(scene), pair.involved)
