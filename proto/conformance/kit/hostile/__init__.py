"""`hostile`: endpoints get what breaks the protocol, and must serve others all the same."""

from ..parallel import each
from . import (
    events, greetings, listeners, payloads, requests, resources, slow, streams, subscriptions,
)
from .stage import Stage, Tolerance

LEAST_FRAME_LEN = 65536
WIDE_WINDOW = 64 << 20


def run(candidates, report, jobs):
    work = [
        lambda candidate=candidate, part=part: part(candidate, report)
        for part in (_slow, _quick) for candidate in candidates
    ]
    # Who is slow waits most of the time.
    each(lambda part: part(), work, jobs + len(candidates))


def _slow(candidate, report):
    with (report.stage(f"{candidate.language}: slow peers"),
          Stage(candidate, Tolerance()) as stage):
        slow.run(stage, report, candidate.language)


def _quick(candidate, report):
    with report.stage(f"{candidate.language}: hostile peers"):
        tolerance = Tolerance()
        for options, groups in _stages():
            with Stage(candidate, tolerance, **options) as stage:
                for group, attacks in groups:
                    for about, attack in attacks:
                        name = f"{candidate.language}: {group}: {about}"
                        report.case(name, lambda attack=attack: stage.play(attack), stage.involved)
        with Stage(candidate, tolerance) as stage:
            report.case(f"{candidate.language}: requests: {_about(requests.stops)}",
                        lambda: stage.play_to_the_end(requests.stops), stage.involved)


def _stages():
    """The victims by their options, and what attacks each."""
    yield {}, [
        ("greetings", _named(greetings.ATTACKS)),
        ("malformed", streams.malformed()),
        ("rules", streams.broken_rules()),
        ("too long", streams.too_long()),
        ("incomplete", streams.incomplete()),
        ("streams", _named(streams.ATTACKS)),
        ("subscriptions", _named(subscriptions.ATTACKS)),
        ("events", _named(events.ATTACKS)),
        ("requests", _named(requests.ATTACKS)),
        ("listeners", _named(listeners.ATTACKS)),
        ("resources", _named(resources.ATTACKS)),
    ]
    yield {"max_frame_len": LEAST_FRAME_LEN}, [
        ("too long", streams.too_long_for_little()),
        ("payloads", payloads.unreadable()),
        ("payloads", _named(payloads.ATTACKS)),
    ]
    yield {"window": WIDE_WINDOW}, [("requests", _named([requests.answers_unread]))]


def _named(attacks):
    return [(_about(attack), attack) for attack in attacks]


def _about(attack):
    return attack.__doc__.strip().splitlines()[0].rstrip(".")
