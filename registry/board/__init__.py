"""What a center sees of its records at a glance: the status grid, the dashboard and a patient's course drawn."""
