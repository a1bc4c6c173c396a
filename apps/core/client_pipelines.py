"""Aggregation pipelines that clients write: stages and expressions that only compute on what the collection holds.

Stages that write, read other collections or run code are left out, at any depth, and their names are told. An
expression that is not known here is refused: leaving out a part of one would change what it says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.core import client_queries
from apps.core.client_queries import InvalidQuery, check_path
from apps.core.client_selections import json_of, read_sort

MAX_STAGES = 50
MAX_DEPTH = 20
MAX_PARTS = 5_000  # operators, fields and values of a pipeline
MAX_SAMPLE = 10_000

Stage = dict[str, Any]


def _operators(names: str) -> frozenset[str]:
    return frozenset(f"${name}" for name in names.split())


#: Of expressions and accumulators.
EXPRESSIONS = _operators(
    "abs add ceil divide exp floor ln log log10 mod multiply pow round sqrt subtract trunc sin cos tan "
    "cmp eq gt gte lt lte ne and or not cond ifNull switch "
    "concat indexOfBytes indexOfCP ltrim rtrim trim split strcasecmp strLenBytes strLenCP substr substrBytes "
    "substrCP toLower toUpper dateAdd dateDiff dateFromParts dateFromString dateSubtract dateToParts dateToString "
    "dateTrunc dayOfMonth dayOfWeek dayOfYear hour isoDayOfWeek isoWeek isoWeekYear millisecond minute month "
    "second week year toDate "
    "arrayElemAt arrayToObject concatArrays filter first firstN in indexOfArray isArray last lastN map maxN minN "
    "objectToArray range reduce reverseArray size slice sortArray zip allElementsTrue anyElementTrue "
    "setDifference setEquals setIntersection setIsSubset setUnion "
    "convert isNumber toBool toDecimal toDouble toInt toLong toObjectId toString type literal let mergeObjects "
    "addToSet avg bottom bottomN count max min push stdDevPop stdDevSamp sum top topN covariancePop covarianceSamp "
    "denseRank derivative documentNumber expMovingAvg integral linearFill locf rank shift"
)


@dataclass(slots=True)
class _Check:
    may_join: Callable[[str], bool]
    most_parts: int
    removed: dict[str, bool] = field(default_factory=dict)
    parts: int = 0

    def count(self, depth: int) -> None:
        self.parts += 1
        if depth > MAX_DEPTH:
            raise InvalidQuery(f"The pipeline is nested more than {MAX_DEPTH} levels deep")
        if self.parts > self.most_parts:
            raise InvalidQuery("The pipeline is too long")


class NoList(InvalidQuery):
    """It can be read, but is no list of stages."""


def read(
    sent: Any, *, may_join: Callable[[str], bool] = lambda collection: False, most_parts: int = MAX_PARTS
) -> tuple[list[Stage], dict[str, bool]]:
    """The pipeline, and the names of the stages that were left out. Raises InvalidQuery. `may_join`: from which other
    collections of the database a plain `$lookup` may take documents."""
    value = json_of(sent)
    if not isinstance(value, list):
        raise NoList("A pipeline is a list of stages")
    check = _Check(may_join, most_parts)
    return _stages(value, check, 0), check.removed


def _stages(sent: list[Any], check: _Check, depth: int) -> list[Stage]:
    if len(sent) > MAX_STAGES:
        raise InvalidQuery(f"A pipeline has at most {MAX_STAGES} stages")
    stages = []
    for stage in sent:
        if not isinstance(stage, dict) or len(stage) != 1:
            raise InvalidQuery("A stage is an object with one operator")
        ((name, argument),) = stage.items()
        known = STAGES.get(name)
        if known is None or (name == "$lookup" and not _is_allowed_join(argument, check)):
            check.removed[name[:100]] = True
            continue
        check.count(depth)
        stages.append({name: known(argument, check, depth + 1)})
    return stages


def _is_allowed_join(argument: Any, check: _Check) -> bool:
    return isinstance(argument, dict) and isinstance(argument.get("from"), str) and check.may_join(argument["from"])


def _join(argument: Any, check: _Check, depth: int) -> Any:
    """Documents in which a field has the same value; no pipelines of their own."""
    if set(argument) != {"from", "localField", "foreignField", "as"}:
        raise InvalidQuery("$lookup takes from, localField, foreignField and as")
    fields = {name: _name(argument[name], check, depth) for name in ("localField", "foreignField", "as")}
    return {"from": argument["from"], **fields}


def _match(argument: Any, check: _Check, depth: int) -> Any:
    return client_queries.checked(argument)


def _facet(argument: Any, check: _Check, depth: int) -> Any:
    if not isinstance(argument, dict) or not argument:
        raise InvalidQuery("$facet takes an object of pipelines")
    found = {}
    for name, pipeline in argument.items():
        check_path(name)
        if not isinstance(pipeline, list):
            raise InvalidQuery("$facet takes an object of pipelines")
        check.count(depth)
        found[name] = _stages(pipeline, check, depth + 1)
    return found


def _number(argument: Any, check: _Check, depth: int) -> int:
    if isinstance(argument, bool) or not isinstance(argument, int | float) or not 0 <= argument < 2**31:
        raise InvalidQuery("A number of documents is needed")
    return int(argument)


def _sample(argument: Any, check: _Check, depth: int) -> Any:
    size = argument.get("size") if isinstance(argument, dict) else None
    return {"size": min(_number(size, check, depth), MAX_SAMPLE)}


def _sort(argument: Any, check: _Check, depth: int) -> Any:
    return dict(read_sort(argument))


def _name(argument: Any, check: _Check, depth: int) -> str:
    if not isinstance(argument, str):
        raise InvalidQuery("The name of a field is needed")
    check_path(argument)
    return argument


def _unset(argument: Any, check: _Check, depth: int) -> Any:
    names = argument if isinstance(argument, list) else [argument]
    return [_name(name, check, depth) for name in names]


def _expression(value: Any, check: _Check, depth: int) -> Any:
    """An expression, or an object of fields that are expressions."""
    check.count(depth)
    if isinstance(value, list):
        return [_expression(item, check, depth + 1) for item in value]
    if not isinstance(value, dict):
        return client_queries.value(value)
    if set(value) in ({"$oid"}, {"$date"}):
        return client_queries.value(value)
    found = {}
    for name, inner in value.items():
        if name.startswith("$"):
            if name not in EXPRESSIONS:
                raise InvalidQuery(f"The operator {name[:50]} is not allowed here")
        else:
            check_path(name)
        found[name] = _expression(inner, check, depth + 1)
    return found


STAGES: Mapping[str, Callable[[Any, _Check, int], Any]] = {
    "$match": _match,
    "$facet": _facet,
    "$limit": _number,
    "$skip": _number,
    "$sample": _sample,
    "$sort": _sort,
    "$count": _name,
    "$unset": _unset,
    "$lookup": _join,
    **dict.fromkeys(
        ("$addFields", "$bucket", "$bucketAuto", "$densify", "$fill", "$group", "$project", "$redact", "$replaceRoot"),
        _expression,
    ),
    **dict.fromkeys(("$replaceWith", "$set", "$setWindowFields", "$sortByCount", "$unwind"), _expression),
}
