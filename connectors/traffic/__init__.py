"""Services and their endpoints: choosing one, and bounding what a call may cost."""
