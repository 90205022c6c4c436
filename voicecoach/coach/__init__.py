"""The loop: the only place that acts."""
