"""voicecoach: a local coach that leads two people in a room through the Imago dialogue by voice."""

__version__ = "0.1.0"
