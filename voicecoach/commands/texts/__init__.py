"""The dialogue's judgement of texts: replies and reflections."""
