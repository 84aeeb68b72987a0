"""Every page that shows what somebody has learned: topics and tracks. Reads only."""
