"""Which queries stand on which fields."""

from collections.abc import Mapping

from registry.models import Patient, Query

OpenQueries = Mapping[tuple[str, int], Mapping[str, list[Query]]]


def count_of(queries: OpenQueries) -> int:
    """Each once, however many fields it stands on."""
    return len({query.pk for fields in queries.values() for found in fields.values() for query in found})


def queries_of(patient: Patient) -> OpenQueries:
    """The standing queries of a patient by record and field, under every field involved; one SQL query."""
    places: dict[tuple[str, int], dict[str, list[Query]]] = {}
    for query in Query.objects.not_closed().filter(patient=patient).select_related("assigned_to"):
        for place in query.places:
            fields = places.setdefault((place["entity"], place["record"]), {})
            for variable in place["variables"]:
                fields.setdefault(variable, []).append(query)
    return places
