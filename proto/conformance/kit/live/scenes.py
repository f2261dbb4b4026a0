"""What two adapters do with each other: each scene begins with both free to serve."""

from . import crossing, deaths, notes, requests, stops

SCENES = [
    notes.both_ways_at_once,
    notes.to_everyone,
    notes.all_texts,
    notes.too_large,
    requests.both_ways,
    requests.large,
    requests.failing,
    requests.nobody,
    requests.deadline,
    requests.answer_too_large,
    deaths.of_who_was_asked,
    deaths.of_who_asked,
    crossing.connects_cross,
    stops.of_who_receives,
    stops.of_who_sends,
    stops.with_a_request_pending,
    stops.and_starts,
]
