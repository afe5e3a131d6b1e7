"""Two studies of the library, opened in the editor, saved unchanged, frozen and run; all 23 are for the bench."""

from collections.abc import Callable

import pytest

from bench.library_copies import copies
from registry.access.scope import center_scope
from registry.models import TransarterialSession
from tests.analytics import conftest
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
make_case = conftest.make_case


def test_copies_of_the_library_keep_their_hash_and_run(make_case: Callable, cast: Cast) -> None:
    for number in range(8):
        sex = "MF"[number // 2 % 2]
        make_case(f"A{number}", arm="resection" if number < 4 else "ablation", sex=sex)
        large, modality = {"max_diameter_cm": 11.0 + number}, "HAIC" if number < 4 else "CTACE"
        make_case(f"B{number}", arm="none", modality=modality, whole=large, sex=sex)
    with center_scope([cast.center.pk], by=cast.data_manager, reason="the tests"):
        TransarterialSession.objects.filter(modality="HAIC").update(haic_regimen="FOLFOX")
    found = list(copies(("an-2025", "deng-2023"), by=cast.statistician))
    assert [copy.same_hash for copy in found] == [True, True]
    assert "Resection" in found[0].compared
    assert "HAIC" in found[1].compared
