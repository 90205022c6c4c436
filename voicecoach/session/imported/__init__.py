"""What comes into the library from elsewhere: an export of ours, or a transcript of a talk."""
