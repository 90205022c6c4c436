"""Sound as numbers, pure: no device, no model, no clock. Time is the sample count."""
