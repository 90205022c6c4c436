"""What the Imago table is made of: the state, what an event amounts to, and what a row does."""
