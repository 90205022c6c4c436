"""What was meant and what comes next: pure text and tables."""
