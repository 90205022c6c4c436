"""What a reflection turned into something else, and what it may have."""
