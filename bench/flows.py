"""Which modules one upload and one comparison walk through, in order, and how often each package is entered.

    python -m bench.flows      on the records of script/demo; nothing of it is kept

A package is entered where another package calls into it; what it calls in turn is set in below it, and its later calls from the
same place are the same entry. A module is named where it is called for the first time.
"""

# ruff: noqa: PLC0415  # models need the settings
import inspect
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

OURS = ("config", "registry", "importers", "analytics", "demo")
STUDY = "an-2025"


@dataclass
class Stay:
    """What a package does when it is called from one place: its modules not seen before, and the packages it calls."""

    package: str
    modules: list[str] = field(default_factory=list)
    inner: dict[str, "Stay"] = field(default_factory=dict)

    def whole(self) -> Iterator[tuple[int, "Stay"]]:
        """With the depth of each, without those where nothing is new."""
        yield 0, self
        for stay in self.inner.values():
            yield from (
                (depth + 1, one) for depth, one in stay.whole() if any(new.modules for _depth, new in one.whole())
            )


@dataclass
class Walk:
    root: Stay = field(default_factory=lambda: Stay(""))
    modules: dict[str, None] = field(default_factory=dict)
    functions: set[tuple[str, str]] = field(default_factory=set)

    def stays(self) -> list[tuple[int, Stay]]:
        return [(depth, stay) for depth, stay in self.root.whole() if depth]


def main() -> None:
    django.setup()
    for name, walk in (*of_an_upload(), of_a_comparison()):
        tell(name, walk=walk)


def of_an_upload() -> list[tuple[str, Walk]]:
    """One patient with one assessment, from the file to the records and back. All of it is rolled back."""
    from django.contrib.auth.models import User
    from django.db import transaction

    from bench.upload_steps import check, confirm, receive, store
    from importers.services import undo_upload
    from registry.access.permissions import centers_where
    from registry.models import Center
    from tests.importers import books

    content = books.workbook({books.PATIENT: [books.patient("flow")], books.ASSESSMENT: [books.assessment("flow")]})
    user = User.objects.get(username="uploader")
    walks: list[tuple[str, Walk]] = []
    with transaction.atomic():
        center = Center.objects.get(pk=centers_where(user, may="upload_workbooks")[0])
        upload = _walked("upload: receive", into=walks, act=lambda: receive(content, center=center, user=user))
        upload = _walked("upload: check", into=walks, act=lambda: check(upload, center=center, user=user))
        _walked("upload: confirm", into=walks, act=lambda: confirm(upload, user=user))
        _walked("upload: store", into=walks, act=lambda: store(upload, center=center, user=user))
        reason = {"reason": "measured", "center": center.pk}
        _walked("upload: undo", into=walks, act=lambda: undo_upload(upload.pk, by=user, **reason))
        transaction.set_rollback(True)
    return walks


def of_a_comparison() -> tuple[str, Walk]:
    from analytics.result.comparison import result_json
    from analytics.studies.services import compare_on_registry

    walks: list[tuple[str, Walk]] = []
    _walked(f"comparison: {STUDY}", into=walks, act=lambda: result_json(compare_on_registry(STUDY, by=None)))
    return walks[0]


def _walked(name: str, *, into: list[tuple[str, Walk]], act: Callable[[], Any]) -> Any:
    with walking() as walk:
        done = act()
    into.append((name, walk))
    return done


@contextmanager
def walking() -> Iterator[Walk]:
    """What is called while the block runs, in every thread; what runs while a module is imported is left out."""
    walk = Walk()
    stacks: dict[int, list[tuple[FrameType, Stay]]] = {}
    main_stack = stacks[threading.get_ident()] = []

    def note(frame: FrameType, event: str, _argument: Any) -> None:
        stack = stacks.setdefault(threading.get_ident(), [])
        if event == "return" and stack and stack[-1][0] is frame:
            stack.pop()
        elif event == "call" and _is_ours(frame):
            outer = (stack or main_stack or [(frame, walk.root)])[-1][1]
            stack.append((frame, _entered(frame, outer=outer, walk=walk)))

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield walk
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def _is_ours(frame: FrameType) -> bool:
    module = frame.f_globals.get("__name__", "")
    return bool(frame.f_code.co_flags & inspect.CO_OPTIMIZED) and module.split(".")[0] in OURS


def _entered(frame: FrameType, *, outer: Stay, walk: Walk) -> Stay:
    module, code = frame.f_globals["__name__"], frame.f_code
    package = package_of(module)
    stay = outer if outer.package == package else outer.inner.setdefault(package, Stay(package))
    if module not in walk.modules:
        walk.modules[module] = None
        stay.modules.append(module)
    if not code.co_name.startswith("<"):
        walk.functions.add((module, code.co_qualname))
    return stay


def package_of(module: str) -> str:
    """The first two words: a package of an app, or a module beside its packages."""
    return ".".join(module.split(".")[:2])


def tell(name: str, *, walk: Walk) -> None:
    stays = walk.stays()
    times = Counter(stay.package for _depth, stay in stays if stay.modules)
    print(
        f"\n{name}: {len(walk.modules)} modules, {len(walk.functions)} functions, {len(times)} packages, "
        f"entered {times.total()} times"
    )
    for depth, stay in stays:
        inside = [module.removeprefix(f"{stay.package}.") for module in stay.modules if module != stay.package]
        print(f"{'  ' * depth}{stay.package}{': ' if inside else ''}{', '.join(inside)}")
    often = ", ".join(f"{package} {count} times" for package, count in times.most_common() if count > 1)
    print(f"  entered more than once: {often or 'none'}")


if __name__ == "__main__":
    main()
