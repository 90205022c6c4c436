"""What is done with the sessions that were kept."""
