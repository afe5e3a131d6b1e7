"""What variables are called in a result."""

from analytics.report.labels import variable_label


def test_the_whole_and_the_viable_tumor_are_told_apart_in_one_table() -> None:
    assert variable_label("baseline.whole_tumor_number") == "Number of intrahepatic nodules"
    assert variable_label("downstaging.viable_tumor_number") == "Number of intrahepatic nodules, viable tumor"


def test_a_recorded_variable_bears_its_own_label_whatever_its_prefix() -> None:
    assert variable_label("resection.viable_tumor_pct") == "Viable tumor on pathology (%)"
    assert variable_label("a_column_of_a_flat_table") == "a_column_of_a_flat_table"
