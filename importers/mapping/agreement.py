"""A mapping held against what the registry knows: every kind, variable, code and unit that it names. PURE."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from importers.files.cells import MISSING, normalized
from importers.mapping.catalog import ANALYTE, VALUE, Catalog, KnownKind, KnownVariable
from importers.mapping.language import FROM_HEADER, REFUSE, RecordRule, SheetMapping, Source
from importers.mapping.refusals import Sentence
from importers.mapping.values import DATED, NUMERIC
from registry.clinical.laboratory.quantities import NotAQuantity, UnknownUnit, read_quantity

FEW = 12  # of allowed words are listed
WORDS = frozenset({"NA", "NR", "UNK", "ND"})


def problems_of(mapping: SheetMapping, *, catalog: Catalog) -> tuple[Sentence, ...]:
    """One sentence for each key at fault, with what may stand there instead; empty where all is known."""
    return (
        *_in_everywhere(mapping, catalog=catalog),
        *_in_records(mapping, catalog=catalog),
        *_in_both_forms(mapping, catalog=catalog),
    )


def _in_both_forms(mapping: SheetMapping, *, catalog: Catalog) -> Iterator[Sentence]:
    """The laboratory's results come as columns or as rows: of both together nobody could say which is right."""
    kinds = {rule.kind for rule in mapping.records if rule.kind in catalog}
    long = [name for name in kinds if catalog[name].results]
    wide = [
        name for name in kinds if any(catalog[name].variables.keys() >= catalog[one].results.keys() for one in long)
    ]
    if long and wide:
        yield Sentence(
            "records",
            en=f"records: {long[0]} and {wide[0]} are two forms of the same results. Use one of them in a mapping.",
            zh=f"records：{long[0]} 与 {wide[0]} 是同一类结果的两种形式，一个映射中只能使用其一。",
        )


def _in_everywhere(mapping: SheetMapping, *, catalog: Catalog) -> Iterator[Sentence]:
    kinds = [catalog[rule.kind] for rule in mapping.records if rule.kind in catalog]
    for name, source in mapping.everywhere.items():
        path = f"everywhere.{name}"
        known = [kind.variables[name] for kind in kinds if name in kind.variables]
        if not known:
            yield _unknown(path, found=name, allowed=[one for kind in kinds for one in kind.variables])
        else:
            yield from _in_source(source, variable=known[0], path=path)


def _in_records(mapping: SheetMapping, *, catalog: Catalog) -> Iterator[Sentence]:
    for number, rule in enumerate(mapping.records, start=1):
        path = f"records[{number}]"
        kind = catalog.get(rule.kind)
        if kind is None:
            yield _unknown(f"{path}.kind", found=rule.kind, allowed=catalog)
        else:
            yield from _in_rule(rule, kind=kind, everywhere=mapping.everywhere, path=path)


def _in_rule(rule: RecordRule, *, kind: KnownKind, everywhere: Collection[str], path: str) -> Iterator[Sentence]:
    for name, value in rule.constants.items():
        at = f"{path}.constants.{name}"
        if name not in kind.variables:
            yield _unknown(at, found=name, allowed=kind.variables)
        elif name in rule.variables:
            yield Sentence(
                at,
                en=f"{at}: {name} stands among the variables as well. Remove one of them.",
                zh=f"{at}：{name} 同时出现在 variables 中，请删除其一。",
            )
        else:
            yield from _in_codes([value], variable=kind.variables[name], path=at)
    for name, source in rule.variables.items():
        at = f"{path}.variables.{name}"
        if name not in kind.variables:
            yield _unknown(at, found=name, allowed=kind.variables)
        else:
            yield from _in_source(source, variable=kind.variables[name], path=at)
    yield from _in_tests(rule, kind=kind, path=path)
    given = {*rule.constants, *rule.variables, *everywhere}
    lacking = [name for name, one in kind.variables.items() if one.is_required and name not in given]
    if lacking:
        yield Sentence(
            path,
            en=f"{path}: every {kind.name} needs {', '.join(lacking)}. Give each a header, or a constant for all.",
            zh=f"{path}：每条 {kind.name} 记录都需要 {'、'.join(lacking)}。请为其指定表头，或在 constants 中给出统一的值。",
        )


def _in_tests(rule: RecordRule, *, kind: KnownKind, path: str) -> Iterator[Sentence]:
    """How single tests are written can be said where a row is one result; which test and value it has, only its columns say."""
    if rule.tests and not kind.results:
        at = f"{path}.tests"
        yield Sentence(
            at,
            en=f"{at}: only a row per result (kind lab) has tests. Say it of the variable itself.",
            zh=f"{at}：仅用于每行一个结果（kind 为 lab）的表。请在变量处说明。",
        )
        return
    for name, test in rule.tests.items():
        at = f"{path}.tests.{name}"
        if name not in kind.results:
            yield _unknown(at, found=name, allowed=kind.results)
        else:
            source = Source(header=VALUE, **test.model_dump(exclude_none=True))
            yield from _in_source(source, variable=kind.results[name], path=at)
    for name in (ANALYTE, VALUE) if kind.results else ():
        if name in rule.constants:
            at = f"{path}.constants.{name}"
            yield Sentence(
                at,
                en=f"{at}: every row has its own {name}. Name the column under variables.",
                zh=f"{at}：每行的 {name} 各不相同。请在 variables 中指定列。",
            )


def _in_source(source: Source, *, variable: KnownVariable, path: str) -> Iterator[Sentence]:
    for word, code in (source.codes or {}).items():
        codes = [] if code is None else [code] if isinstance(code, str) else list(code)
        yield from _in_codes([one for one in codes if one != REFUSE], variable=variable, path=f"{path}.codes.{word}")
    if source.value is not None and not (source.plus or source.minus):
        yield from _in_codes([source.value], variable=variable, path=f"{path}.value")
    yield from _in_units(source, variable=variable, path=path)
    dated = [name for name in ("plus", "minus") if getattr(source, name) is not None]
    if dated and variable.type not in DATED:
        yield _not_for(f"{path}.{dated[0]}", variable=variable, en="dates", zh="日期")
    if len(dated) == 2:
        yield Sentence(path, en=f"{path}: give either plus or minus.", zh=f"{path}：plus 与 minus 须二选一。")
    if source.known_to != "day" and not dated:
        yield Sentence(
            f"{path}.known_to",
            en=f"{path}.known_to: only a computed date needs it. Add plus or minus, or remove it.",
            zh=f"{path}.known_to：仅用于推算的日期。请补充 plus 或 minus，或将其删除。",
        )


def _in_units(source: Source, *, variable: KnownVariable, path: str) -> Iterator[Sentence]:
    told = [("unit", source.unit)] if source.unit is not None else []
    told += [(f"units[{number}].unit", rule.unit) for number, rule in enumerate(source.units, start=1)]
    if told and variable.type not in NUMERIC:
        yield _not_for(f"{path}.{told[0][0]}", variable=variable, en="numbers", zh="数值")
        return
    for at, unit in told:
        if unit not in {FROM_HEADER, REFUSE, ""} and not is_known_unit(unit, variable=variable):
            allowed = [unit for unit in (variable.unit, *variable.units) if unit]
            yield _unknown(f"{path}.{at}", found=unit, allowed=allowed)


def is_known_unit(unit: str, *, variable: KnownVariable) -> bool:
    """However it is written: ×10⁹/L is 10^9/L."""
    try:
        read_quantity(f"1 {unit}", unit=variable.unit, factors=variable.units)
    except (UnknownUnit, NotAQuantity):
        return False
    return True


def _in_codes(values: Collection[str], *, variable: KnownVariable, path: str) -> Iterator[Sentence]:
    """What stands for a code must be one, or a word for why it is missing."""
    if not variable.codes:
        return
    for value in values:
        parts = value.split(";") if variable.type == "codes" else [value]
        for part in (part.strip() for part in parts):
            if part not in variable.codes and part not in WORDS and normalized(part) not in {"", *MISSING}:
                yield _unknown(path, found=part, allowed=variable.codes)


def _unknown(path: str, *, found: str, allowed: Collection[str]) -> Sentence:
    names = list(dict.fromkeys(allowed))
    shown = names if len(names) <= FEW else get_close_matches(found, names, n=FEW // 2, cutoff=0.5) or names[:FEW]
    more = "" if len(shown) == len(names) else ", …"
    listed = ", ".join(shown) + more
    return Sentence(
        path,
        en=f"{path}: “{found}” is not known. Use one of: {listed}.",
        zh=f"{path}：未知的“{found}”。可用：{listed}。",
    )


def _not_for(path: str, *, variable: KnownVariable, en: str, zh: str) -> Sentence:
    return Sentence(
        path,
        en=f"{path}: this is for {en}, which {variable.name} is not. Remove it.",
        zh=f"{path}：仅用于{zh}，而 {variable.name} 不是。请删除。",
    )
