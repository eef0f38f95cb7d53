"""Stage `read`: what is new in sources and upstream tables."""
