"""Every endpoint of the registry by its code: how it is labeled, what it reads, its row of docs/statistics.md."""

from collections.abc import Iterator, Mapping

from analytics.messages import Message
from analytics.protocol.endpoints.declaration import Endpoint, RateEndpoint, TimeEndpoint
from analytics.protocol.endpoints.rates import RATE_ENDPOINTS
from analytics.protocol.endpoints.times import TIME_ENDPOINTS

TIMES: Mapping[str, TimeEndpoint] = {endpoint.code: endpoint for endpoint in TIME_ENDPOINTS}
RATES: Mapping[str, RateEndpoint] = {endpoint.code: endpoint for endpoint in RATE_ENDPOINTS}
ENDPOINTS: Mapping[str, Endpoint] = {**TIMES, **RATES}

BEGIN, END = "<!-- endpoints: made by manage.py endpoints -->", "<!-- end of endpoints -->"
OPTIONS = {
    "success": "`success`",
    "days": "`within_days`",
    "event": "`since`",
    "pct": "`most_viable_pct`",
    "criteria": "`criteria`",
    "confirmation": "`confirmed` or not",
    "window": "`window_days`",
    "nearest": "`nearest_day`",
}
DEATH = {"event": "an event", "competing": "competing", "censored": "censored"}


def label_of(name: str, *, kinds: Mapping[str, str | None]) -> Message:
    """The label of a protocol's endpoint, by its kind; `kinds` are those of all its endpoints.

    Endpoints that share a kind keep their names beside the label. One that has no kind, of a flat table, is labeled if it is
    called as a kind is, and else by its name."""
    kind = kinds.get(name)
    if kind is None:
        return _named(name) or Message(name, name)
    declared = ENDPOINTS[kind]
    if name in declared.names:
        return declared.names[name]
    label = declared.label
    if name == kind or list(kinds.values()).count(kind) == 1:
        return label
    return Message(f"{label.en} ({name})", f"{label.zh}（{name}）")


def with_endpoints(page: str) -> str:
    """The page with the table of endpoints as it is now between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n" + "".join(f"{line}\n" for line in _table()) + f"{END}{after}"


def descriptions(endpoints: Mapping[str, Endpoint]) -> str:
    """What each code means, for whoever writes a protocol in an editor."""
    return "\n".join(f"{code}: {endpoint.label.en}: {_meaning(endpoint)}" for code, endpoint in endpoints.items())


def _meaning(endpoint: Endpoint) -> str:
    return endpoint.definition.en.format_map(OPTIONS).rstrip(".")


def _named(name: str) -> Message | None:
    if name in ENDPOINTS:
        return ENDPOINTS[name].label
    return next((endpoint.names[name] for endpoint in ENDPOINTS.values() if name in endpoint.names), None)


def _table() -> Iterator[str]:
    yield "| endpoint | in a protocol | definition | death | interpretation in the sources |"
    yield "|---|---|---|---|---|"
    for time in TIMES.values():
        asked = f"`kind: {time.code}`" + (", `since:`" if time.start.asks_since else "")
        death = "the event" if time.is_survival else DEATH[time.death]
        yield f"| {time.label.en} | {asked} | {_meaning(time)} | {death} | {time.readings} |"
    for rate in RATES.values():
        label = ", ".join([rate.label.en, *(label.en for label in rate.names.values())])
        asked = f"`type: binary, kind: {rate.code}`"
        yield f"| {label} | {asked} | {_meaning(rate)} | | {rate.readings} |"
