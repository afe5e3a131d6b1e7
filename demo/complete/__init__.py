"""The rest of the record: what a registry asks for beside the variables that decide the studies.

It comes after a patient's rows are drawn, from a random stream of the patient's own, and leaves every value that stands there;
so that the studies' patients, arms and hazard ratios are the same with it and without. What it adds agrees with what it finds.
"""
