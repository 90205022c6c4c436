"""A session to read: `parts` describes it once; text, Markdown, Word and HTML write that down."""
