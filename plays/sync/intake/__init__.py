"""Events in: checked, stored, judged, recorded, in one transaction."""
