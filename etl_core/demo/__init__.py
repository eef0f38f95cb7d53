"""GreatFin's invented bank: deterministic source data for `strata demo` and the tests."""
