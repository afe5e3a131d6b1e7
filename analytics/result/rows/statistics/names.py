"""What the items of a list in a result are called in an address: what identifies them."""

from collections.abc import Callable, Iterator, Mapping

from analytics.result.nulls import Json


def named(*keys: str) -> Callable[[Json], str]:
    """What identifies an object of a list: the values of these keys, none where they are null."""

    def called(one: Json) -> str:
        return ".".join(str(one[key]) for key in keys if one.get(key) is not None)

    return called


def sensitivity_name(one: Json) -> str:
    settings = ",".join(f"{key}={plain(value)}" for key, value in one["settings"].items() if value is not None)
    return ".".join(filter(None, (one["endpoint"], one["kind"], settings)))


def specification_name(one: Json) -> str:
    """By what it changes, "planned" where it changes nothing."""
    told = dict(_flat(one["design"])) | {"left_out": one["left_out"], "months": one["months"]}
    return ",".join(f"{key}={plain(value)}" for key, value in told.items() if value is not None) or "planned"


def _flat(content: Json, *, before: str = "") -> Iterator[tuple[str, object]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(dict(value), before=f"{before}{key}_")
        else:
            yield f"{before}{key}", value


def plain(value: object) -> str:
    return "+".join(map(str, value)) if isinstance(value, list) else str(value)


def adverse_event_name(one: Json) -> str:
    """All terms of a class together stand under its name."""
    return f"{one['class']}.any" if one["term"] == "any" and one["class"] else str(one["term"])


def contrast_name(one: Json) -> str:
    return f"{one['arms']['focal']}_vs_{one['arms']['reference']}"
