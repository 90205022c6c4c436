"""Message against reflection, in three steps: make comparable, align, find what was altered."""
