"""One folder a lesson: all that is the lesson's own, but for its page."""
