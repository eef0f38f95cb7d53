"""What runs cost, and schedules that are shorter than their runs."""
