"""The pages as a signed-in person meets them."""

import re
from datetime import date
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from analytics.models import Run, Study
from analytics.studies.acceptance import accept_design
from analytics.studies.services import add_library_study, run_comparison
from registry.access.scope import center_scope
from registry.choices import Role
from registry.models import AdverseEvent, Membership
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(cast: Cast) -> Study:
    return add_library_study("an-2025", by=cast.statistician, reason="the tests")


@pytest.fixture
def finished(make_case, study: Study, cast: Cast) -> Run:
    for number in range(8):
        make_case(
            f"{number}",
            arm="resection" if number < 4 else "ablation",
            center=[cast.center, cast.other_center][number % 2],
            sex="MF"[number // 2 % 2],
            prior_hcc_treatment=["NONE"],
        )
    make_case("9", resectability_index=None)
    return accepted(run_comparison(study, by=cast.statistician, reason="the tests"), by=cast.statistician)


def accepted(run: Run, *, by: User) -> Run:
    accept_design(run, by=by, reason="the tests")
    return run


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, address: str, *, language: str = "en") -> str:
    response = signed_in(user).get(address, headers={"accept-language": language})
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def status(user: User, address: str) -> int:
    return signed_in(user).get(address).status_code


def test_a_study_of_the_library_is_taken_up_and_asked_for_from_the_page(cast: Cast, make_case) -> None:
    make_case("1")
    client = signed_in(cast.statistician)
    assert "Add this study" in client.get("/studies/").content.decode()
    response = client.post(reverse("analytics:take_up"), {"protocol": "an-2025"})
    study = Study.objects.get()
    assert response.url == study.get_absolute_url()
    response = client.post(reverse("analytics:start_run", args=[study.pk]))
    with center_scope([cast.center.pk, cast.other_center.pk]):
        run = Run.objects.get()
    assert response.url == run.get_absolute_url()
    assert "data-job-url" in client.get(response.url).content.decode()


def test_the_study_page_says_the_protocol_in_plain_words(cast: Cast, study: Study) -> None:
    shown = page(cast.statistician, study.get_absolute_url())
    assert "Beyond the Milan criteria" in shown
    assert "Resection: first procedure = resection; Residual tumor = R0" in shown
    assert "with a caliper of 0.1 standard deviations of the logit of the score" in shown
    assert "Data cutoff: 2023-08-31" in shown


def test_the_list_finds_and_orders_studies_and_names_the_latest_run(cast: Cast, finished: Run) -> None:
    assert f'href="{finished.get_absolute_url()}"' in page(cast.statistician, "/studies/?q=downstaging&sort=-created")
    assert "Nothing meets all of these conditions." in page(cast.statistician, "/studies/?q=transplant")


def test_the_result_is_read_from_the_summary_over_the_design_to_the_outcomes(cast: Cast, finished: Run) -> None:
    shown = page(cast.statistician, finished.get_absolute_url())
    places = [
        shown.index(f'id="{part}"')
        for part in (
            "summary",
            "warnings",
            "figure-forest-endpoints",
            "population",
            "figure-flow",
            "design",
            "figure-balance",
            "table-table-1",
            "outcomes",
            "figure-os-unmatched",
            "figure-os-matched",
            "cox",
            "methods",
        )
    ]
    assert places == sorted(places)
    contents = re.findall(r'<a href="#([\w-]+)">', shown[: shown.index('id="summary"')])
    assert contents == re.findall(r'id="([\w-]+)"\s+aria-labelledby="[\w-]+"\s+data-part', shown)


def test_before_the_design_is_accepted_the_page_tells_no_outcome(cast: Cast, finished: Run) -> None:
    with center_scope(finished.center_ids, by=cast.statistician, reason="the tests"):
        Run.objects.filter(pk=finished.pk).update(accepted_at=None, accepted_by=None)
    shown = page(cast.statistician, finished.get_absolute_url())
    before_methods = shown[: shown.index('id="methods"')]
    assert "Kept by matching" in before_methods
    assert "Hazard ratio" not in before_methods
    assert 'id="outcomes"' not in before_methods
    assert status(cast.statistician, f"{finished.get_absolute_url()}forest-endpoints.svg") == 404


def test_events_and_censored_below_the_curves_are_asked_for_in_the_address(cast: Cast, finished: Run) -> None:
    base = finished.get_absolute_url()
    shown = page(cast.statistician, f"{base}?rows=events")
    assert "os-matched.svg?language=en&amp;width=85&amp;rows=events" in shown
    assert "os-matched.svg?format=pdf&amp;width=174&amp;rows=events" in shown
    client = signed_in(cast.statistician)
    plain, more = (client.get(f"{base}os-matched.svg?width=85{rows}") for rows in ("", "&rows=events"))
    assert plain.status_code == more.status_code == 200
    assert "attachment" not in more.get("Content-Disposition", "")
    assert plain.content != more.content
    assert client.get(f"{base}os-matched.svg?rows=other").status_code == 404


def test_the_result_warns_of_immortal_time_and_names_what_made_it(cast: Cast, finished: Run) -> None:
    shown = page(cast.statistician, finished.get_absolute_url())
    assert "Immortal time: 8 of 8 patients entered their arm only after time zero" in shown
    for made_by in (finished.data_sha256, finished.result_sha256, finished.protocol_sha256, "numpy"):
        assert made_by in shown


def test_the_flow_on_the_page_counts_what_is_not_recorded(cast: Cast, finished: Run) -> None:
    shown = page(cast.statistician, finished.get_absolute_url())
    row = re.search(r"Unresectable: R0 not achievable.*?</tr>", shown, flags=re.DOTALL)
    assert row
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[0], flags=re.DOTALL)
    assert [strip_tags(cell).strip() for cell in cells][:3] == ["1", "1", "8"]


def test_the_result_is_read_in_chinese(cast: Cast, finished: Run) -> None:
    shown = page(cast.statistician, finished.get_absolute_url(), language="zh-hans")
    assert "永恒时间偏倚" in shown
    assert "手术切除" in shown


def test_responses_complications_and_adverse_events_have_their_tables(
    cast: Cast, finished: Run, make_case, add_record, study: Study
) -> None:
    event = {"ae_term": "Nausea", "ctcae_version": "4.0", "ae_grade": "2", "ae_onset_date": date(2018, 6, 5)}
    add_record(AdverseEvent, patient=make_case("10"), **event)
    run = accepted(run_comparison(study, by=cast.statistician, reason="the tests"), by=cast.statistician)
    shown = page(cast.statistician, run.get_absolute_url())
    for name in ("response-tace-response", "response-complication", "adverse-events-matched"):
        assert f'id="table-{name}"' in shown
    assert re.search(r"<th[^>]*>Nausea</th>\s*<td[^>]*>\s*(<a[^>]*>)?1 \(20.0\)", shown)
    assert re.search(r"<th[^>]*>恶心</th>", page(cast.statistician, run.get_absolute_url(), language="zh-hans"))


def test_warnings_name_covariates_and_arms_as_people_do(cast: Cast, finished: Run) -> None:
    english = page(cast.statistician, finished.get_absolute_url())
    chinese = page(cast.statistician, finished.get_absolute_url(), language="zh-hans")
    warnings = [re.search(r'id="warnings".*?</section>', text, flags=re.DOTALL) for text in (english, chinese)]
    for found in warnings:
        assert found
        read = re.sub(r'data-row="[^"]*"', "", found[0])
        assert not re.search(r"baseline\.|_status|age_at_index|\.found", read)
    assert "not included in the propensity score: Targeted therapy before progression" in english
    assert warnings[1]
    assert "手术切除" in warnings[1][0]
    assert "Resection" not in warnings[1][0]


def test_figures_tables_and_the_result_can_be_downloaded(cast: Cast, finished: Run) -> None:
    client, address = signed_in(cast.statistician), finished.get_absolute_url()
    shown = client.get(address).content.decode()
    links = re.findall(rf'href="({address}[^"/?]+\.(?:json|csv|svg)(?:\?download)?)"', shown)
    assert {link.split(".")[-1].split("?")[0] for link in links} == {"json", "csv", "svg"}
    for link in links:
        response = client.get(link)
        assert response.status_code == 200, link
        assert "attachment" in response["Content-Disposition"]
    with center_scope(finished.center_ids):
        assert client.get(f"{address}result.json").content.decode() == Run.objects.get(pk=finished.pk).result.content


def test_figures_are_drawn_for_the_page(cast: Cast, finished: Run) -> None:
    shown = page(cast.statistician, finished.get_absolute_url())
    sources = [unescape(source) for source in re.findall(r'<img src="([^"]+)"', shown)]
    assert len(set(sources)) == len(sources) >= 12
    for source in sources[:6]:
        response = signed_in(cast.statistician).get(source)
        assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml")


def test_pages_ask_nothing_of_other_servers(cast: Cast, finished: Run, study: Study) -> None:
    for address in ("/studies/", study.get_absolute_url(), finished.get_absolute_url()):
        assert not re.findall(r'(?:src|href|action)="(https?:)?//', page(cast.statistician, address))


def test_those_without_the_role_are_refused(cast: Cast, finished: Run, study: Study) -> None:
    for user in (cast.data_manager, cast.uploader, cast.outsider, cast.administrator):
        for address in ("/studies/", study.get_absolute_url(), finished.get_absolute_url()):
            assert status(user, address) == 403


def test_a_statistician_of_one_center_does_not_find_a_run_on_two(cast: Cast, finished: Run) -> None:
    with center_scope([], by=cast.administrator, reason="one center only"):
        local = User.objects.create_user("local", is_staff=True)
        Membership.objects.create(user=local, center=cast.center, role=Role.STATISTICIAN)
        Membership.objects.create(user=local, center=cast.other_center, role=Role.DATA_MANAGER)
    address = finished.get_absolute_url()
    assert {status(local, address), status(local, f"{address}result.json"), status(local, f"{address}flow.svg")} == {
        404
    }
    assert finished.get_absolute_url() not in page(local, "/studies/")


def test_an_investigator_reads_but_does_not_run(cast: Cast, finished: Run, study: Study) -> None:
    with center_scope([], by=cast.administrator, reason="an investigator"):
        reader = User.objects.create_user("reader", is_staff=True)
        for center in (cast.center, cast.other_center):
            Membership.objects.create(user=reader, center=center, role=Role.PRINCIPAL_INVESTIGATOR)
    assert "Run this study" not in page(reader, study.get_absolute_url())
    assert "Outcomes" in page(reader, finished.get_absolute_url())
    assert signed_in(reader).post(reverse("analytics:start_run", args=[study.pk])).status_code == 403


def test_a_visitor_is_sent_to_the_sign_in(study: Study) -> None:
    response = Client().get(study.get_absolute_url())
    assert response.status_code == 302
    assert "/accounts/login/" in response.url


def test_a_figure_is_kept_as_a_file_for_print_and_its_links_say_of_what_they_are(cast: Cast, finished: Run) -> None:
    base = finished.get_absolute_url()
    shown = page(cast.statistician, base, language="zh-hans")
    assert 'flow.svg?format=tiff&amp;width=85"' in shown
    assert 'aria-label="患者流程, TIFF, 85 mm"' in shown
    client = signed_in(cast.statistician)
    response = client.get(f"{base}flow.svg?format=tiff&width=85")
    assert response["Content-Type"] == "image/tiff"
    assert response["Content-Disposition"] == f'attachment; filename="an-2025-run-{finished.pk}.flow-85mm.tiff"'
    assert response.content[:4] == b"II*\0"
    for wrong in ("format=bmp", "format=pdf&width=9999", "format=pdf&width=x"):
        assert client.get(f"{base}flow.svg?{wrong}").status_code == 404
