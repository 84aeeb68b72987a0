"""Every page that shows what somebody has learned: tracks, topics and sources. Reads only."""
