"""Questions for other systems: the same variants as files for Moodle, Canvas and readers of QTI."""
